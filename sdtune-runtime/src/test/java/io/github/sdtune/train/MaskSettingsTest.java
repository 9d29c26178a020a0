package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Split;
import io.github.sdtune.dataset.View;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskSettingsTest {
  private static final JsonNode FACTS = RegularisationFixture.FACTS.get("losses");

  /** OneTrainer's {@code masked_losses}. */
  @ParameterizedTest
  @CsvSource({"masked, false", "normalized, true"})
  void countsPlacesAsOneTrainer(String expected, boolean normalize) {
    MaskSettings settings = new MaskSettings(FACTS.get("unmasked_weight").asDouble(), normalize);
    try (NDManager manager = TestDevice.open();
        Safetensors golden = RegularisationFixture.tensors()) {
      NDArray masks = golden.read("loss.mask", manager); // (B, 1, h, w)
      NDArray factors = masks.duplicate();
      for (int b = 0; b < masks.getShape().get(0); b++) {
        NDArray mask = masks.get(b);
        factors.set(
            new NDIndex(b), manager.create(settings.factors(mask.toFloatArray()), mask.getShape()));
      }
      float found =
          Ops.maskedMsePerItem(
                  golden.read("loss.prediction", manager),
                  golden.read("loss.target", manager),
                  factors)
              .mean()
              .getFloat();
      assertThat(found).isCloseTo((float) FACTS.get(expected).asDouble(), within(1e-6f));
    }
  }

  @Test
  void picturesOfWhichNothingOrAllIsMaskedAreRefusedByName() {
    Map<Item, List<View>> views = new LinkedHashMap<>();
    add(views, "opaque.png", 1, 1);
    assertThatThrownBy(() -> new MaskSettings(0, false).check(views))
        .hasMessageContainingAll("<training><maskedLoss>", "alpha channel", "opaque.png");
    add(views, "partly.png", 1, 0);
    new MaskSettings(0, false).check(views);
    add(views, "empty.png", 0, 0);
    assertThatThrownBy(() -> new MaskSettings(0, true).check(views))
        .hasMessageEndingWith("found empty.png");
    new MaskSettings(0.1, true).check(views);
    assertThatThrownBy(() -> new MaskSettings(1, true)).hasMessageContaining("<unmaskedWeight>");
  }

  private static void add(Map<Item, List<View>> views, String file, float... mask) {
    Item item = new Item(file, file, "a", Optional.empty(), Split.TRAIN, 8, 8, 5);
    EncodedItem encoded =
        new EncodedItem(
            item, new float[2], new float[2], new Shape(1, 1, 2), 1, SizeConditioning.of(8, 8));
    views.put(item, List.of(new View(encoded, Optional.of(mask))));
  }
}
