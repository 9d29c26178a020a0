package io.github.sdtune.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights that stay float16 or bfloat16 in memory mean what the same weights in float32 mean. */
class HalfPrecisionTest {
  private static final List<String> PROMPTS = List.of("a photo of a red fox", "");
  @TempDir Path folder;
  private final NDManager manager = TestDevice.open();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({"sd15, F16", "sd15, BF16", "sd21, F16", "sdxl, F16", "sdxl, BF16"})
  void theNetworksGiveExactlyTheWidenedWeightsOutput(String fixture, TensorType type)
      throws IOException {
    CastModel.to(type, fixture, folder);
    DataType expected = type == TensorType.F16 ? DataType.FLOAT16 : DataType.UNKNOWN;
    try (Golden golden = new Golden(fixture);
        StableDiffusion half = StableDiffusion.load(folder, manager, Precision.STORED);
        StableDiffusion wide = StableDiffusion.load(folder, manager)) {
      for (Model model : List.of(half.unet(), half.vae(), text(half))) {
        assertThat(model.parameters().values()).allMatch(p -> p.getDataType() == expected);
      }
      assertThat(wide.unet().parameters().values())
          .allMatch(p -> p.getDataType() == DataType.FLOAT32);
      assertThat(half.unet().layers().get("conv_in").weightShape())
          .isEqualTo(new Shape(16, 4, 3, 3));
      Gradients.without(
          () -> {
            NDArray latents = golden.get("input.latents");
            TextStates states = half.textEncoders().encode(PROMPTS);
            assertThat(states.context()).isEqualTo(wide.textEncoders().encode(PROMPTS).context());
            assertThat(states.context().getDataType()).isEqualTo(DataType.FLOAT32);
            Conditioning conditioning =
                Conditioning.of(
                    states, List.of(SizeConditioning.of(32, 32), SizeConditioning.of(32, 32)));
            NDArray steps = golden.get("input.timesteps");
            assertThat(half.unet().forward(latents, steps, conditioning))
                .isEqualTo(wide.unet().forward(latents, steps, conditioning));
            NDArray image = golden.get("input.image");
            assertThat(half.vae().encode(image).mean()).isEqualTo(wide.vae().encode(image).mean());
            NDArray decoded = half.vae().decode(latents);
            assertThat(decoded).isEqualTo(wide.vae().decode(latents));
            golden.assertAgrees("vae.decoded", decoded, 0.1); // not nonsense
            return null;
          });
    }
  }

  private static CLIPTextModel text(StableDiffusion model) {
    return model.textEncoders().models().get("text_encoder");
  }

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F16", "BF16"})
  void gradientsThroughTheUnetAreThoseOfTheWidenedWeights(TensorType type) throws IOException {
    CastModel.to(type, "sd15", folder);
    try (Golden golden = new Golden("sd15");
        UNet2DConditionModel half = unet(Precision.STORED);
        UNet2DConditionModel wide = unet(Precision.FLOAT32)) {
      NDArray found = gradient(half, golden);
      NDArray expected = gradient(wide, golden);
      float size = expected.abs().max().getFloat();
      assertThat(size).isPositive();
      assertThat(found.sub(expected).abs().max().getFloat()).isLessThan(1e-5f * size);
    }
  }

  private UNet2DConditionModel unet(Precision precision) {
    return UNet2DConditionModel.load(folder.resolve("unet"), manager, precision);
  }

  /** Of the squared output, to a factor in the first layer: through all that follow. */
  private static NDArray gradient(UNet2DConditionModel unet, Golden golden) {
    NDArray factor = Ops.copy(golden.get("input.latents"));
    factor.setRequiresGradient(true);
    NDArray context = golden.get("text.last_hidden_state").get(":2");
    Gradients.with(
        () ->
            Scope.closing(
                () -> {
                  NDArray out = unet.forward(factor, golden.get("input.timesteps"), context);
                  Gradients.backward(out.square().sum());
                  return null;
                }));
    return Gradients.of(factor);
  }
}
