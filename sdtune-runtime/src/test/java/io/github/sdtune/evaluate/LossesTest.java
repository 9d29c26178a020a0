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

class LossesTest {
  private static final List<EncodedItem> HELD_OUT =
      List.of(Held.encoded("a", "x"), Held.encoded("b", "x"));
  private static final List<EncodedItem> TRAINED = List.of(Held.encoded("c", "x"));
  private static final List<EncodedItem> RETAINED =
      List.of(Held.encoded("e", "x"), Held.encoded("g", "x"));

  /** 1 for picture a, 2 for b, ..., twice that at timestep 900. */
  private static double error(Query query) {
    int picture = query.item().id().charAt(0) - 'a' + 1;
    return picture * (query.timestep() == 100 ? 1.0 : 2.0);
  }

  private static Map<String, Metric> measure(List<EncodedItem> trained, List<EncodedItem> known) {
    DenoisingLoss loss =
        new DenoisingLoss(
            queries -> queries.stream().mapToDouble(LossesTest::error).toArray(),
            new int[] {100, 900});
    return new Losses(loss, new MeasuredPictures(HELD_OUT, List.of(), trained, known)).measure();
  }

  @Test
  void allLossesAreMeasuredInTheSameWay() {
    Map<String, Metric> metrics = measure(TRAINED, RETAINED);
    assertThat(metrics.get("validation.loss").value()).isCloseTo(2.25, within(1e-12));
    assertThat(metrics.get("training.subsetLoss").value()).isCloseTo(4.5, within(1e-12));
    assertThat(metrics.get("retention.loss").value()).isCloseTo(9, within(1e-12));
    assertThat(metrics.get("retention.loss.t900").value()).isEqualTo(12);
    assertThat(metrics.get("training.subsetLoss").items()).containsOnly(entry("c", 4.5));
    assertThat(metrics.get("retention.loss").items())
        .containsOnly(entry("e", 7.5), entry("g", 10.5));
  }

  @Test
  void theGapIsTheLossHeldOutMinusThatOfTraining() {
    assertThat(measure(TRAINED, List.of()).get("validation.gap").value())
        .isCloseTo(2.25 - 4.5, within(1e-12));
  }

  @Test
  void whatThereAreNoPicturesOfIsNotMeasured() {
    assertThat(measure(List.of(), List.of()))
        .containsOnlyKeys("validation.loss", "validation.loss.t100", "validation.loss.t900");
  }

  @Test
  void aLossRelativeToTheBasesCountsEachNoiseLevelTheSame() {
    Map<String, Metric> base = measure(TRAINED, RETAINED);
    Map<String, Metric> tuned = measure(TRAINED, List.of(Held.encoded("c", "x")));
    // 3 of 6 at timestep 100, 6 of 12 at 900
    assertThat(RelativeLoss.of(base, tuned).get("retention.relativeLoss").value())
        .isCloseTo(0.5, within(1e-12));
    assertThat(RelativeLoss.of(base, base))
        .containsOnlyKeys("retention.relativeLoss", "validation.relativeLoss");
    assertThat(RelativeLoss.of(measure(TRAINED, List.of()), measure(TRAINED, List.of())))
        .containsOnlyKeys("validation.relativeLoss");
  }
}
