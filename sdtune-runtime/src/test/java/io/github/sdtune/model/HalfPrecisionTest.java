package io.github.sdtune.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.safetensors.SafetensorsFile;
import io.github.sdtune.safetensors.SafetensorsWriter;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.tensor.Devices;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights that stay float16 or bfloat16 in memory mean what the same weights in float32 mean. */
class HalfPrecisionTest {
  private static final List<String> PROMPTS = List.of("a photo of a red fox", "");
  @TempDir Path folder;
  private final NDManager manager = Devices.open("cpu");

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({"sd15, F16", "sd15, BF16", "sd21, F16", "sdxl, F16", "sdxl, BF16"})
  void theNetworksGiveExactlyTheWidenedWeightsOutput(String fixture, TensorType type)
      throws IOException {
    cast(fixture, type);
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
    cast("sd15", type);
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

  private void cast(String fixture, TensorType type) throws IOException {
    Path from = Golden.FIXTURES.resolve(fixture).resolve("pipeline");
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path to = folder.resolve(from.relativize(file).toString());
            Files.createDirectories(to.getParent());
            if (file.toString().endsWith(".safetensors")) {
              cast(file, to, type);
            } else {
              Files.copy(file, to);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void cast(Path from, Path to, TensorType type) {
    try (SafetensorsFile file = SafetensorsFile.open(from)) {
      List<SafetensorsWriter.Tensor> tensors =
          file.names().stream()
              .map(
                  name ->
                      new SafetensorsWriter.Tensor(
                          name,
                          file.type(name) == TensorType.F32 ? type : file.type(name),
                          file.shape(name),
                          () ->
                              file.type(name) == TensorType.F32
                                  ? half(file.data(name), type)
                                  : file.data(name)))
              .toList();
      SafetensorsWriter.write(to, tensors, Map.of("format", "pt"));
    }
  }

  private ByteBuffer half(ByteBuffer f32, TensorType type) {
    int count = f32.remaining() / 4;
    ByteBuffer in = f32.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (type == TensorType.F16) {
      try (NDArray wide = manager.create(in, new Shape(count), DataType.FLOAT32)) {
        return wide.toType(DataType.FLOAT16, true).toByteBuffer();
      }
    }
    ByteBuffer out = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      out.putShort(2 * i, (short) (in.getInt(4 * i) >>> 16)); // truncated: any bfloat16 will do
    }
    return out;
  }
}
