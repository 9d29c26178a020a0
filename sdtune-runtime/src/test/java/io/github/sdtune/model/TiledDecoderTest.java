package io.github.sdtune.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.TestDevice;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TiledDecoderTest {
  private final NDManager manager = TestDevice.open();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void tilesAreBlendedAsInDiffusers() {
    try (Golden golden = new Golden("vae-tiling");
        AutoencoderKL vae = vae()) {
      NDArray latents = golden.get("latents");
      NDArray tiled = Gradients.without(() -> vae.decode(latents, 32));
      golden.assertAgrees("decoded", tiled, 2e-5);
      // The whole picture differs, so that the agreement says something.
      NDArray whole = Gradients.without(() -> vae.decode(latents));
      assertThat(whole.sub(tiled).abs().max().getFloat()).isGreaterThan(1e-3f);
    }
  }

  @Test
  void aBatchIsDecodedAsItsPicturesAre() {
    try (Golden golden = new Golden("vae-tiling");
        AutoencoderKL vae = vae()) {
      NDArray one = golden.get("latents");
      NDArray two = one.flip(2);
      NDArray both = Gradients.without(() -> vae.decode(one.concat(two, 0), 32));
      golden.assertAgrees("decoded", both.get("0:1"), 2e-5);
      assertThat(both.get("1:2")).isEqualTo(Gradients.without(() -> vae.decode(two, 32)));
    }
  }

  @Test
  void picturesUpTo768PixelsAreDecodedWhole() {
    List<Shape> seen = new ArrayList<>();
    TiledDecoder decoder = recording(seen);
    assertThat(decoder.isFor(manager.zeros(new Shape(1, 4, 96, 96)))).isFalse();
    assertThat(decoder.isFor(manager.zeros(new Shape(1, 4, 97, 8)))).isTrue();
    assertThat(decoder.isFor(manager.zeros(new Shape(1, 4, 8, 97)))).isTrue();
    assertThat(seen).isEmpty();
  }

  @Test
  void theAutoencoderTakesTilesAbove768PixelsByItself() {
    try (AutoencoderKL vae = vae()) {
      NDArray latents = manager.arange(4 * 4 * 193f).reshape(1, 4, 193, 4).sin();
      NDArray decoded = Gradients.without(() -> vae.decode(latents));
      assertThat(decoded.getShape()).isEqualTo(new Shape(1, 3, 772, 16));
      assertThat(decoded).isEqualTo(Gradients.without(() -> vae.decode(latents, 768)));
      NDArray whole = Gradients.without(() -> vae.decode(latents, 1024));
      assertThat(decoded.sub(whole).abs().max().getFloat()).isPositive();
      NDArray small = latents.get(":, :, :192");
      assertThat(Gradients.without(() -> vae.decode(small)))
          .isEqualTo(Gradients.without(() -> vae.decode(small, 1024)));
    }
  }

  @Test
  void noTileIsLargerAndThePictureHasItsSize() {
    List<Shape> seen = new ArrayList<>();
    NDArray picture = recording(seen).decode(manager.ones(new Shape(1, 4, 128, 256)));
    assertThat(picture.getShape()).isEqualTo(new Shape(1, 3, 1024, 2048));
    assertThat(picture.min().getFloat()).isCloseTo(1, within());
    assertThat(picture.max().getFloat()).isCloseTo(1, within());
    assertThat(seen)
        .hasSize(8)
        .allMatch(tile -> tile.get(2) <= 96 && tile.get(3) <= 96)
        .contains(new Shape(1, 4, 96, 96), new Shape(1, 4, 56, 40));
  }

  @Test
  void nothingButThePictureStays() {
    try (NDManager own = manager.newSubManager();
        Scope scope = new Scope()) {
      assertThat(scope).isNotNull();
      NDArray latents = own.ones(new Shape(2, 4, 97, 8));
      recording(new ArrayList<>()).decode(latents);
      assertThat(((BaseNDManager) own).getManagedArrays()).hasSize(2);
    }
  }

  private static Offset<Float> within() {
    return Assertions.within(1e-6f);
  }

  /** Makes latents eight times as large. */
  private static TiledDecoder recording(List<Shape> seen) {
    return new TiledDecoder(
        latents -> {
          seen.add(latents.getShape());
          try (Scope scope = new Scope()) {
            long height = 8 * latents.getShape().get(2);
            long width = 8 * latents.getShape().get(3);
            return scope.result(Ops.upsampleNearest(latents.get(":, :3"), height, width));
          }
        },
        8,
        768);
  }

  private AutoencoderKL vae() {
    return AutoencoderKL.load(Golden.FIXTURES.resolve("sd21/pipeline/vae"), manager);
  }
}
