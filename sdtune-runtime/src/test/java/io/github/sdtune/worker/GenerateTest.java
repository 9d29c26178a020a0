package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.adapter.AdapterMerge;
import io.github.sdtune.adapter.AdapterReader;
import io.github.sdtune.adapter.ScaledAdapter;
import io.github.sdtune.checkpoint.ConvertSettings;
import io.github.sdtune.checkpoint.Converter;
import io.github.sdtune.checkpoint.Layout;
import io.github.sdtune.checkpoint.PartFilter;
import io.github.sdtune.checkpoint.Progress;
import io.github.sdtune.generate.AdapterChoice;
import io.github.sdtune.generate.EmbeddingChoice;
import io.github.sdtune.generate.GenerateSettings;
import io.github.sdtune.generate.NoiseGenerator;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.BaseModel;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.GenerateJob;
import io.github.sdtune.model.Precision;
import io.github.sdtune.model.TextEncoders;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tiny models draw. */
class GenerateTest {
  private static final List<String> PROMPTS =
      List.of("a photo of a red fox in the snow", "a blue bird");

  @TempDir Path folder;
  private final List<Event> events = new ArrayList<>();

  private List<BufferedImage> draw(String fixture, GenerateSettings settings) throws IOException {
    Path base = Golden.FIXTURES.resolve(fixture + "/pipeline").toAbsolutePath();
    return draw(base, settings, List.of());
  }

  private List<BufferedImage> draw(
      Path base, GenerateSettings settings, List<AdapterChoice> adapters) throws IOException {
    return draw(base, settings, adapters, List.of());
  }

  private List<BufferedImage> draw(
      Path base,
      GenerateSettings settings,
      List<AdapterChoice> adapters,
      List<EmbeddingChoice> embeddings)
      throws IOException {
    Path pictures = Files.createTempDirectory(folder, "pictures");
    GenerateJob job =
        new GenerateJob(
            new BaseModel("tiny", base, "0123456789abcdef"),
            adapters,
            embeddings,
            settings,
            pictures,
            folder,
            TestDevice.NAME);
    new Generate(job, events::add).run();
    List<BufferedImage> images = new ArrayList<>();
    for (int i = 0; i < settings.count(); i++) {
      images.add(
          ImageIO.read(pictures.resolve("%04d-%d.png".formatted(i, settings.seed(i))).toFile()));
    }
    return images;
  }

  private static GenerateSettings settings(
      Optional<String> sampler,
      Optional<String> negativePrompt,
      double guidanceScale,
      int batchSize,
      NoiseGenerator generator) {
    return new GenerateSettings(
        PROMPTS,
        negativePrompt,
        7,
        6,
        guidanceScale,
        sampler,
        Optional.empty(),
        Optional.empty(),
        batchSize,
        1,
        generator,
        Precision.FLOAT32);
  }

  /** See {@code make_pictures.py} beside the fixture. */
  @ParameterizedTest
  @CsvSource({
    "sd15,, blurry, 7.5, sd15",
    "sd15, Euler a,, 5, sd15-ancestral",
    "sd21,, blurry, 7.5, sd21",
    "sdxl,,, 5, sdxl",
    "sdxl, DPMSolverMultistepScheduler, blurry, 7.5, sdxl-negative"
  })
  void withTorchsGeneratorItIsThePictureOfDiffusers(
      String fixture, String sampler, String negativePrompt, double guidanceScale, String run)
      throws IOException {
    List<BufferedImage> found =
        draw(
            fixture,
            settings(
                Optional.ofNullable(sampler),
                Optional.ofNullable(negativePrompt),
                guidanceScale,
                2,
                NoiseGenerator.TORCH));
    try (Golden golden = new Golden("pictures")) {
      NDArray expected = golden.get(run + ".pt").mul(255); // (B, 3, H, W)
      for (int i = 0; i < found.size(); i++) {
        assertThat(largestDifference(found.get(i), expected.get(i).toFloatArray()))
            .isLessThanOrEqualTo(1);
      }
    }
  }

  private static double largestDifference(BufferedImage image, float[] expected) {
    int area = image.getWidth() * image.getHeight();
    assertThat(expected).hasSize(3 * area);
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      int rgb = image.getRGB(i % area % image.getWidth(), i % area / image.getWidth());
      int sample = (rgb >> (8 * (2 - i / area))) & 0xFF;
      largest = Math.max(largest, Math.abs(sample - expected[i]));
    }
    return largest;
  }

  private static int largestDifference(BufferedImage a, BufferedImage b) {
    int largest = 0;
    for (int i = 0; i < a.getWidth() * a.getHeight(); i++) {
      int x = i % a.getWidth();
      int y = i / a.getWidth();
      for (int shift = 0; shift < 24; shift += 8) {
        int difference = ((a.getRGB(x, y) >> shift) & 0xFF) - ((b.getRGB(x, y) >> shift) & 0xFF);
        largest = Math.max(largest, Math.abs(difference));
      }
    }
    return largest;
  }

  @ParameterizedTest
  @CsvSource({"KEYED", "TORCH"})
  void aSeedGivesItsPictureInEveryBatch(NoiseGenerator generator) throws IOException {
    List<BufferedImage> alone = draw("sd15", three(generator, 1, 7));
    List<BufferedImage> together = draw("sd15", three(generator, 3, 7));
    for (int i = 0; i < 3; i++) {
      assertThat(largestDifference(alone.get(i), together.get(i))).isLessThanOrEqualTo(1);
    }
    // The third picture of seed 7 is the first of seed 9.
    List<BufferedImage> later = draw("sd15", three(generator, 2, 9));
    assertThat(largestDifference(alone.get(2), later.get(0))).isLessThanOrEqualTo(1);
    assertThat(largestDifference(alone.get(0), alone.get(1))).isGreaterThan(20);
  }

  /** By a sampler that draws noise on its way. */
  private static GenerateSettings three(NoiseGenerator generator, int batchSize, long seed) {
    return new GenerateSettings(
        List.of("a red fox"),
        Optional.empty(),
        seed,
        4,
        3,
        Optional.of("Euler a"),
        Optional.empty(),
        Optional.empty(),
        batchSize,
        3,
        generator,
        Precision.FLOAT32);
  }

  /** See {@code golden.json} of the fixture: the file holds UNet and text encoder. */
  @Test
  void anAdapterDrawsWhatTheMergedModelDraws() throws IOException {
    Path base = Golden.FIXTURES.resolve("sd15/pipeline").toAbsolutePath();
    Path adapter = Golden.FIXTURES.resolve("lora-files/kohya/lora.safetensors").toAbsolutePath();
    Path merged = folder.resolve("merged");
    AdapterMerge merge =
        new AdapterMerge(List.of(new ScaledAdapter(AdapterReader.read(adapter), 0.5)));
    Converter.convert(base, merged, ConvertSettings.to(Layout.DIFFUSERS), merge, Progress.none());
    GenerateSettings settings = three(NoiseGenerator.KEYED, 3, 1);
    // A quarter and a quarter are a half.
    List<AdapterChoice> twice =
        List.of(new AdapterChoice(adapter, 0.25), new AdapterChoice(adapter, 0.25));
    BufferedImage attached = draw(base, settings, twice).get(0);
    assertThat(largestDifference(attached, draw(merged, settings, List.of()).get(0)))
        .isLessThanOrEqualTo(1);
    assertThat(largestDifference(attached, draw(base, settings, List.of()).get(0)))
        .isGreaterThan(10);
  }

  /** A word whose vectors are those of another one draws what that one draws. */
  @Test
  void anEmbeddingDrawsWhatItsVectorsSay() throws IOException {
    Path base = Golden.FIXTURES.resolve("sd15/pipeline").toAbsolutePath();
    Path file = folder.resolve("fox.safetensors");
    try (NDManager manager = TestDevice.open();
        TextEncoders encoders = TextEncoders.load(base, manager)) {
      long[] ids = encoders.tokenizers().get("text_encoder").ids("black light");
      NDArray rows =
          encoders.models().get("text_encoder").embedding(manager.create(ids)).get("1:3");
      Safetensors.write(file, new TreeMap<>(Map.of("emb_params", rows)), Map.of());
    }
    List<EmbeddingChoice> embedding = List.of(new EmbeddingChoice(file, Optional.of("<Fox>")));
    BufferedImage said = draw(base, one("a <fox> in snow"), List.of(), embedding).get(0);
    BufferedImage spelt = draw(base, one("a black light in snow"), List.of()).get(0);
    BufferedImage unknown = draw(base, one("a <fox> in snow"), List.of()).get(0);
    assertThat(largestDifference(said, spelt)).isLessThanOrEqualTo(1);
    assertThat(largestDifference(said, unknown)).isGreaterThan(10);
    assertThat(warnings()).isEmpty();
    draw(base, one("snow"), List.of(), embedding);
    assertThat(warnings())
        .containsExactly("no prompt says <Fox>: what was learned for it has no effect");
  }

  private List<String> warnings() {
    return events.stream()
        .filter(event -> event instanceof Event.Warning)
        .map(event -> ((Event.Warning) event).text())
        .toList();
  }

  private static GenerateSettings one(String prompt) {
    return new GenerateSettings(
        List.of(prompt),
        Optional.empty(),
        1,
        4,
        7.5,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        1,
        1,
        NoiseGenerator.KEYED,
        Precision.FLOAT32);
  }

  /** Widened when they are read or while they are used, the numbers are the same. */
  @ParameterizedTest
  @CsvSource({"sd15, BF16", "sdxl, F16"})
  void storedWeightsDrawWhatWidenedOnesDraw(String family, TensorType type) throws IOException {
    Path base = Golden.FIXTURES.resolve(family + "/pipeline").toAbsolutePath();
    Path half = folder.resolve("half");
    Converter.convert(
        base,
        half,
        ConvertSettings.to(Layout.DIFFUSERS).withType(type),
        PartFilter.none(),
        Progress.none());
    BufferedImage widened = draw(half, three(NoiseGenerator.KEYED, 3, 1), List.of()).get(0);
    BufferedImage stored = draw(half, stored(three(NoiseGenerator.KEYED, 3, 1)), List.of()).get(0);
    assertThat(largestDifference(widened, stored)).isLessThanOrEqualTo(1);
  }

  private static GenerateSettings stored(GenerateSettings s) {
    return new GenerateSettings(
        s.prompts(),
        s.negativePrompt(),
        s.seed(),
        s.steps(),
        s.guidanceScale(),
        s.sampler(),
        s.width(),
        s.height(),
        s.batchSize(),
        s.imagesPerPrompt(),
        s.generator(),
        Precision.STORED);
  }

  @Test
  void sizesProgressAndFiles() throws IOException {
    GenerateSettings settings =
        new GenerateSettings(
            List.of("a red fox, " + "very ".repeat(80) + "red", "狐"),
            Optional.of("blurry"),
            -1,
            2,
            1,
            Optional.of("DPM++ 2M Karras"),
            Optional.of(48),
            Optional.of(16),
            2,
            2,
            NoiseGenerator.TORCH,
            Precision.FLOAT32);
    List<BufferedImage> images = draw("sd15", settings);
    assertThat(images)
        .hasSize(4)
        .allSatisfy(image -> assertThat(image.getWidth()).isEqualTo(48))
        .allSatisfy(image -> assertThat(image.getHeight()).isEqualTo(16));
    assertThat(events)
        .filteredOn(event -> event instanceof Event.Progress)
        .contains(new Event.Progress("drawing pictures", 4, 4))
        .hasSize(4);
    assertThat(events)
        .filteredOn(event -> event instanceof Event.Warning)
        .hasSize(1)
        .allSatisfy(
            event -> assertThat(((Event.Warning) event).text()).contains("tokens", "beyond 77"));
    try (Stream<Path> list = Files.list(folder)) {
      Path pictures =
          list.filter(f -> f.getFileName().toString().startsWith("pictures"))
              .findFirst()
              .orElseThrow();
      assertThat(pictures.resolve("contact-sheet.png")).exists();
      List<String> lines = Files.readAllLines(pictures.resolve("pictures.jsonl"));
      assertThat(lines).hasSize(4);
      Map<?, ?> last = Json.parse(lines.get(3), Map.class, "test");
      assertThat(last.get("file_name")).isEqualTo("0003-2.png");
      assertThat(last.get("text")).isEqualTo("狐");
      assertThat(last.get("seed")).isEqualTo(2);
      assertThat(last.get("sampler")).isEqualTo("DPM++ 2M");
      assertThat(last.get("scheduleType")).isEqualTo("Karras");
    }
  }

  @Test
  void anUnknownSamplerIsKnownBeforeTheModelIsLoaded() {
    GenerateJob job =
        new GenerateJob(
            new BaseModel("tiny", Golden.FIXTURES.resolve("sd15/pipeline").toAbsolutePath(), "0"),
            List.of(),
            List.of(),
            settings(Optional.of("Oiler"), Optional.empty(), 1, 1, NoiseGenerator.KEYED),
            folder,
            folder,
            "no such device");
    assertThatThrownBy(() -> new Generate(job, events::add).run())
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll("Oiler", "Euler");
  }
}
