package io.github.sdtune.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.tensor.Devices;
import io.github.sdtune.tensor.KeyedRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private final NDManager manager = Devices.open("cpu");
  private final Dropout dropout = new Dropout(0.25, new KeyedRandom(1));

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void zeroesItsShareAndScalesTheRest() {
    dropout.train(List.of(new Dropout.Row("a", 0)));
    NDArray y = dropout.apply("to_q", manager.ones(new Shape(1, 100, 100)));
    assertThat(y.eq(0).toType(DataType.FLOAT32, true).mean().getFloat())
        .isCloseTo(0.25f, within(0.02f));
    assertThat(y.max().getFloat()).isCloseTo(4 / 3f, within(1e-6f));
    assertThat(y.mean().getFloat()).isCloseTo(1, within(0.03f));
  }

  @Test
  void aPicturesMaskDoesNotDependOnItsBatch() {
    dropout.train(List.of(new Dropout.Row("a", 2)));
    float[] alone = dropout.apply("to_q", manager.ones(new Shape(1, 5, 6))).toFloatArray();
    dropout.train(List.of(new Dropout.Row("b", 0), new Dropout.Row("a", 2)));
    NDArray both = dropout.apply("to_q", manager.ones(new Shape(2, 5, 6)));
    assertThat(both.get(1).toFloatArray()).isEqualTo(alone);
    assertThat(both.get(0).toFloatArray()).isNotEqualTo(alone);
  }

  @Test
  void layersAndOccurrencesHaveMasksOfTheirOwn() {
    dropout.train(List.of(new Dropout.Row("a", 0)));
    float[] first = dropout.apply("to_q", manager.ones(new Shape(1, 5, 6))).toFloatArray();
    assertThat(dropout.apply("to_k", manager.ones(new Shape(1, 5, 6))).toFloatArray())
        .isNotEqualTo(first);
    dropout.train(List.of(new Dropout.Row("a", 1)));
    assertThat(dropout.apply("to_q", manager.ones(new Shape(1, 5, 6))).toFloatArray())
        .isNotEqualTo(first);
  }

  @Test
  void isOffUnlessTraining() {
    NDArray x = manager.ones(new Shape(1, 4));
    assertThat(dropout.apply("to_q", x)).isSameAs(x);
    dropout.train(List.of(new Dropout.Row("a", 0)));
    dropout.off();
    assertThat(dropout.apply("to_q", x)).isSameAs(x);
  }
}
