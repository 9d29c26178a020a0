package io.github.sdtune.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.TestDevice;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private final NDManager manager = TestDevice.open();
  private final Dropout dropout =
      new Dropout(new DropoutSettings(0.25, 0, 0), new KeyedRandom(1), "");

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void zeroesItsShareAndScalesTheRest() {
    dropout.train(List.of("a"), List.of(0));
    NDArray y = dropout.input("to_q", manager.ones(new Shape(1, 100, 100)));
    assertThat(y.eq(0).toType(DataType.FLOAT32, true).mean().getFloat())
        .isCloseTo(0.25f, within(0.02f));
    assertThat(y.max().getFloat()).isCloseTo(4 / 3f, within(1e-6f));
    assertThat(y.mean().getFloat()).isCloseTo(1, within(0.03f));
  }

  @Test
  void aPicturesMaskDoesNotDependOnItsBatch() {
    dropout.train(List.of("a"), List.of(2));
    float[] alone = dropout.input("to_q", manager.ones(new Shape(1, 5, 6))).toFloatArray();
    dropout.train(List.of("b", "a"), List.of(0, 2));
    NDArray both = dropout.input("to_q", manager.ones(new Shape(2, 5, 6)));
    assertThat(both.get(1).toFloatArray()).isEqualTo(alone);
    assertThat(both.get(0).toFloatArray()).isNotEqualTo(alone);
  }

  @Test
  void layersAndOccurrencesHaveMasksOfTheirOwn() {
    dropout.train(List.of("a"), List.of(0));
    float[] first = dropout.input("to_q", manager.ones(new Shape(1, 5, 6))).toFloatArray();
    assertThat(dropout.input("to_k", manager.ones(new Shape(1, 5, 6))).toFloatArray())
        .isNotEqualTo(first);
    dropout.train(List.of("a"), List.of(1));
    assertThat(dropout.input("to_q", manager.ones(new Shape(1, 5, 6))).toFloatArray())
        .isNotEqualTo(first);
  }

  @Test
  void isOffUnlessTraining() {
    NDArray x = manager.ones(new Shape(1, 4));
    assertThat(dropout.input("to_q", x)).isSameAs(x);
    dropout.train(List.of("a"), List.of(0));
    dropout.off();
    assertThat(dropout.input("to_q", x)).isSameAs(x);
  }

  /** As in kohya's networks/lora.py: a mask (B, r) for all places, the rest times 1 / (1 - p). */
  @Test
  void aRankIsLeftOutForAllPlacesOfAPicture() {
    Dropout ranks = new Dropout(new DropoutSettings(0, 0.25, 0), new KeyedRandom(1), "");
    ranks.train(List.of("a", "b"), List.of(0, 0));
    NDArray tokens = ranks.ranks("to_q", manager.ones(new Shape(2, 3, 400))); // (B, L, r)
    NDArray map = ranks.ranks("to_q", manager.ones(new Shape(2, 400, 3, 2))); // (B, r, H, W)
    NDArray row = ranks.ranks("to_q", manager.ones(new Shape(2, 400))); // (B, r)
    for (int place = 0; place < 3; place++) {
      assertThat(tokens.get(":, " + place)).isEqualTo(row);
      assertThat(map.get(":, :, " + place + ", 1")).isEqualTo(row);
    }
    assertThat(row.get(0)).isNotEqualTo(row.get(1));
    assertThat(row.max().getFloat()).isCloseTo(4 / 3f, within(1e-6f));
    assertThat(row.eq(0).toType(DataType.FLOAT32, true).mean().getFloat())
        .isCloseTo(0.25f, within(0.05f));
    NDArray x = manager.ones(new Shape(2, 5));
    assertThat(ranks.input("to_q", x)).isSameAs(x);
    assertThat(ranks.module("to_q", x)).isSameAs(x);
  }

  /** As in kohya's networks/lora.py, but for each picture of the batch: nothing is rescaled. */
  @Test
  void aModuleIsLeftOutAsAWhole() {
    Dropout modules = new Dropout(new DropoutSettings(0, 0, 0.25), new KeyedRandom(1), "");
    int left = 0;
    for (int occurrence = 0; occurrence < 200; occurrence++) {
      modules.train(List.of("a", "b"), List.of(occurrence, occurrence));
      NDArray y = modules.module("to_q", manager.ones(new Shape(2, 3, 2)));
      for (int row = 0; row < 2; row++) {
        float first = y.getFloat(row, 0, 0);
        assertThat(y.get(row).toFloatArray()).containsOnly(first);
        assertThat(first).isIn(0f, 1f);
        left += first == 0 ? 1 : 0;
      }
    }
    assertThat(left / 400.0).isCloseTo(0.25, within(0.07));
  }

  @Test
  void partsWithLayersOfTheSameNamesHaveMasksOfTheirOwn() {
    NDArray x = manager.ones(new Shape(1, 5, 6));
    Dropout other =
        new Dropout(new DropoutSettings(0.25, 0, 0), new KeyedRandom(1), "text_encoder_2.");
    dropout.train(List.of("a"), List.of(0));
    other.train(List.of("a"), List.of(0));
    assertThat(other.input("q_proj", x)).isNotEqualTo(dropout.input("q_proj", x));
  }
}
