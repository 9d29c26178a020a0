package io.github.sdtune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.evaluate.DenoisingErrors.Query;
import io.github.sdtune.metric.Metric;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DenoisingLossTest {
  private static final List<EncodedItem> ITEMS =
      List.of(Held.encoded("a", "x"), Held.encoded("b", "x"), Held.encoded("c", "x"));

  /** 1, 2, 3 for the pictures, times 1 at timestep 100 and 10 at timestep 900. */
  private static double error(Query query) {
    int picture = query.item().id().charAt(0) - 'a' + 1;
    return picture * (query.timestep() == 100 ? 1.0 : 10.0);
  }

  private static Map<String, Metric> measure(List<EncodedItem> items) {
    return new DenoisingLoss(
            queries -> queries.stream().mapToDouble(DenoisingLossTest::error).toArray(),
            new int[] {100, 900})
        .measure("validation.loss", items);
  }

  @Test
  void isTheMeanOverTimestepsOfTheMeansOverPictures() {
    Map<String, Metric> metrics = measure(ITEMS);
    assertThat(metrics.get("validation.loss").value()).isCloseTo(11, within(1e-12));
    assertThat(metrics.get("validation.loss.t100").value()).isEqualTo(2);
    assertThat(metrics.get("validation.loss.t900").value()).isEqualTo(20);
    assertThat(metrics).hasSize(3);
  }

  @Test
  void keepsTheValueOfEachPicture() {
    assertThat(measure(ITEMS).get("validation.loss").items())
        .containsOnly(entry("a", 5.5), entry("b", 11.0), entry("c", 16.5));
    assertThat(measure(ITEMS).get("validation.loss.t900").items())
        .containsOnly(entry("a", 10.0), entry("b", 20.0), entry("c", 30.0));
  }

  @Test
  void isNotANumberWithoutPictures() {
    assertThat(measure(List.of()).get("validation.loss").value()).isNaN();
  }
}
