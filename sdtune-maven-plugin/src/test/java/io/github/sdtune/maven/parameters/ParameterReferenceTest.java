package io.github.sdtune.maven.parameters;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.job.ResolvedConfiguration.Option;
import io.github.sdtune.maven.parameters.Belongings.Belonging;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/parameters.md is made of the code, and of the chapters in a template. */
class ParameterReferenceTest {
  private static final Path REFERENCE = Path.of("../docs/parameters.md");
  private static final Path TEMPLATE = Path.of("src/test/resources/parameters.template.md");
  private static final Path BEANS = Path.of("src/main/java/io/github/sdtune/maven/parameters");
  private static final Pattern MARKER = Pattern.compile("(?m)^@(\\w+(?: \\w+)*)@$");
  private static final Pattern LITERAL =
      Pattern.compile("(-?\\d+(?:\\.\\d+)?(?:e-?\\d+)?|true|false)(?=$|[,;. ])");

  @Test
  void theReferenceIsWhatTheCodeSays() throws Exception {
    String made = reference();
    if (System.getProperty("sdtune.regenerate") != null) {
      Files.writeString(REFERENCE, made);
    }
    assertThat(Files.readString(REFERENCE))
        .as(
            "docs/parameters.md is not what the code says: run mvn -pl"
                + " sdtune-runtime,sdtune-maven-plugin test -Dtest=ParameterReferenceTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dsdtune.regenerate")
        .isEqualTo(made);
  }

  private static String reference() throws Exception {
    ParameterTables tables = new ParameterTables();
    Matcher marker = MARKER.matcher(Files.readString(TEMPLATE));
    StringBuilder made = new StringBuilder();
    while (marker.find()) {
      List<String> types = List.of(marker.group(1).split(" ", -1));
      String table =
          types.get(0).endsWith("Mojo")
              ? tables.goals(types)
              : tables.bean(Class.forName(packaged(types.get(0))));
      marker.appendReplacement(made, Matcher.quoteReplacement(table));
    }
    return marker.appendTail(made).toString();
  }

  private static String packaged(String type) {
    return ParameterReferenceTest.class.getPackageName() + "." + type;
  }

  @Test
  void everyClassWithParametersHasItsTable() throws IOException {
    List<String> shown =
        MARKER
            .matcher(Files.readString(TEMPLATE))
            .results()
            .map(MatchResult::group)
            .flatMap(marker -> Stream.of(marker.replace("@", "").split(" ", -1)))
            .toList();
    try (Stream<Path> beans = Files.list(BEANS);
        Stream<Path> mojos = Files.list(BEANS.getParent())) {
      assertThat(
              Stream.concat(beans, mojos)
                  .map(file -> file.getFileName().toString().replace(".java", ""))
                  .filter(ParameterReferenceTest::hasParameters))
          .isNotEmpty()
          .allSatisfy(type -> assertThat(shown).as("@" + type + "@ in " + TEMPLATE).contains(type));
    }
  }

  private static boolean hasParameters(String type) {
    try {
      if (type.endsWith("Mojo")) {
        return true;
      }
      return type.endsWith("Parameters")
          && Stream.of(Class.forName(packaged(type)).getDeclaredFields())
              .anyMatch(
                  field ->
                      Modifier.isPublic(field.getModifiers())
                          && !Modifier.isStatic(field.getModifiers()));
    } catch (ClassNotFoundException e) {
      return false; // A class of the goals' own package.
    }
  }

  /** Comments tell numbers: those that are put in where nothing is written. */
  @Test
  void theDefaultsOfTheCommentsAreThoseThatAreUsed() throws Exception {
    Javadocs javadocs = Javadocs.of(BEANS);
    Map<String, Option> used = new TreeMap<>(defaults(new TrainingParameters()));
    for (Belonging belonging : Belongings.TABLE) {
      for (String value : belonging.values()) {
        TrainingParameters training = new TrainingParameters();
        TrainingParameters.class.getField(belonging.choice()).set(training, value);
        defaults(training).forEach(used::putIfAbsent);
      }
    }
    int compared = 0;
    for (Class<?> type = TrainingParameters.class;
        type != Object.class;
        type = type.getSuperclass()) {
      for (Map.Entry<String, Javadocs.Field> field : javadocs.of(type.getSimpleName()).entrySet()) {
        Option option = used.get("training." + field.getKey());
        Optional<Matcher> told =
            field.getValue().byDefault().map(LITERAL::matcher).filter(Matcher::lookingAt);
        if (told.isPresent() && option != null && option.value() != null) {
          compared++;
          String value = told.get().group(1);
          assertThat(
                  option.value() instanceof Number number
                      ? number.doubleValue() == Double.parseDouble(value)
                      : option.value().toString().equals(value))
              .as("%s: default: %s, but used is %s", field.getKey(), value, option.value())
              .isTrue();
        }
      }
    }
    assertThat(compared).isGreaterThan(30);
  }

  private static Map<String, Option> defaults(TrainingParameters training) {
    training.maxSteps = 10;
    Sources sources = new Sources(Set.of(), Overrides.of(new Properties()));
    try {
      training.settings(Overrides.NONE, sources);
    } catch (SdtuneException e) {
      return Map.of(); // A choice that needs more to be written.
    }
    return sources.configuration().options();
  }
}
