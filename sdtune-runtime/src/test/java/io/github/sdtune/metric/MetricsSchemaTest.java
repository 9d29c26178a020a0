package io.github.sdtune.metric;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.github.sdtune.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The published schema of metrics.json says what is written, no less and no more. */
class MetricsSchemaTest {
  private static final Path FILE =
      Path.of("src/main/resources/io/github/sdtune/metric/metrics.schema.json");
  private static final Path PUBLISHED =
      Path.of("../sdtune-models/emoji-base/src/main/published/metrics.json");

  private static List<Error> errors(JsonNode metrics) throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Json.mapper().readTree(Files.readString(FILE)));
    return schema.validate(metrics);
  }

  /** With all that may be in it. */
  private static ObjectNode full() {
    Map<String, Double> right = Map.of("a", 1.0, "b", 0.0);
    Map<String, Metric> metrics =
        Map.of(
            "validation.loss", MetricCatalog.metric("validation.loss", Double.NaN),
            "classification.accuracy", MetricCatalog.mean("classification.accuracy", right),
            "generated.kid", MetricCatalog.metric("generated.kid", -0.001).of(128));
    return Json.mapper()
        .valueToTree(
            new Metrics(
                Metrics.VERSION,
                "org.example:model:1.0",
                Map.of("seed", "0"),
                metrics,
                metrics,
                Map.of("classification.accuracy", PairedBootstrap.compare(right, right)),
                Map.of("tuned", Confusion.of(List.of("x", "y"), List.of("x", "x"))),
                List.of(
                    new Sample(
                        "a cat",
                        7,
                        "samples/7-base.png",
                        "samples/7-tuned.png",
                        Optional.of(new NearestPicture("cat.png", 0.5, "samples/7-nearest.png")))),
                Map.of("a", "cat.png"),
                Map.of("losses", 640),
                Optional.of(
                    new Overfitting(Overfitting.Kind.OVERFITTED, Optional.of(3), "it did"))));
  }

  @Test
  void whatIsWrittenFits() throws IOException {
    assertThat(errors(full())).isEmpty();
    assertThat(errors(Json.mapper().readTree(Files.readString(PUBLISHED)))).isEmpty();
  }

  @Test
  void whatIsNotMetricsDoesNot() throws IOException {
    for (Consumer<ObjectNode> mistake :
        List.<Consumer<ObjectNode>>of(
            m -> m.put("version", 2),
            m -> m.remove("tuned"),
            m -> m.put("unknown", 1),
            m -> metric(m).put("direction", "up"),
            m -> metric(m).put("value", "high"),
            m -> metric(m).remove("value"))) {
      ObjectNode metrics = full();
      mistake.accept(metrics);
      assertThat(errors(metrics)).isNotEmpty();
    }
  }

  private static ObjectNode metric(ObjectNode metrics) {
    return (ObjectNode) metrics.at("/tuned/generated.kid");
  }

  @Test
  void everyPartOfMetricsIsDescribed() throws IOException {
    JsonNode schema = Json.mapper().readTree(Files.readString(FILE));
    for (Map.Entry<String, Class<?>> part :
        Map.<String, Class<?>>of(
                "/properties", Metrics.class,
                "/$defs/metric/properties", Metric.class,
                "/$defs/comparison/properties", Comparison.class,
                "/$defs/confusion/properties", Confusion.class,
                "/$defs/sample/properties", Sample.class,
                "/$defs/nearestPicture/properties", NearestPicture.class,
                "/$defs/overfitting/properties", Overfitting.class)
            .entrySet()) {
      assertThat(schema.at(part.getKey()).fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder(
              Stream.of(part.getValue().getRecordComponents())
                  .map(component -> component.getName())
                  .toArray(String[]::new));
    }
  }
}
