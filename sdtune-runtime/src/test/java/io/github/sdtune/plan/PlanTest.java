package io.github.sdtune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.adapter.AdapterKind;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.checkpoint.ModelShapes;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.checkpoint.Published;
import io.github.sdtune.inversion.InversionSettings;
import io.github.sdtune.method.FolderNetworks;
import io.github.sdtune.method.FullSettings;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.method.ParameterGroup;
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.TestDevice;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanTest {
  static final Path TINY = Path.of("src/test/resources/fixtures/sd15/pipeline");

  private static final Rule UNET =
      Rule.of("<training><rules><rule> 1", Part.UNET, List.of("*attn*", "*.ff.*"));

  private static final Rule TEXT =
      new Rule(
          "<training><rules><rule> 2",
          Part.TEXT_ENCODER,
          List.of(),
          List.of("q_proj", "fc1"),
          List.of(),
          Optional.of(8),
          Optional.empty(),
          Optional.of(1e-5),
          Optional.of(0.0),
          100);

  private static MethodSettings lora(Rule... rules) {
    return MethodSettings.of(AdapterSettings.of(AdapterKind.LORA, 4, 2, List.of(rules)));
  }

  static Plan plan(ModelShapes shapes, Rule... rules) {
    return Plan.of(shapes, lora(rules), 1e-4, 0.01);
  }

  /** The figures that peft prints for diffusers' script, see trainers.md. */
  @Test
  void thePublishedModelAndDiffusersTargets() {
    Plan plan = plan(Published.shapes("sd15"), AdapterSettings.targets(AdapterSettings.ATTENTION));
    assertThat(plan.modules()).hasSize(128);
    assertThat(plan.parts())
        .containsEntry("unet", new Share(797_184, 859_520_964))
        .containsEntry("text_encoder", new Share(0, 123_060_480));
    assertThat(plan.headline())
        .isEqualTo("LoRA of rank 4 on 128 layers, 797,184 parameters, 0.0748 % of the model's");
    assertThat(plan.table(false))
        .contains("unet          797,184    859,520,964  0.0927 %")
        .anyMatch(line -> line.startsWith("unet.down_blocks.0  16: to_k, to_out.0, to_q, to_v"));
  }

  static Stream<MethodSettings> methods() {
    InversionSettings fox =
        new InversionSettings(
            "<fox>", "fox", 2, List.of(), Optional.empty(), Optional.empty(), false);
    FullSettings full =
        new FullSettings(
            List.of(
                Rule.of("rule 1", Part.UNET, List.of("*.attn1.*", "conv_in")),
                Rule.of("rule 2", Part.TEXT_ENCODER, List.of("*norm*"))));
    return Stream.of(
        lora(UNET, TEXT),
        MethodSettings.of(full),
        new MethodSettings(lora(UNET).adapter(), Optional.of(fox), Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void whatIsPlannedIsWhatTheMethodMoves(MethodSettings method) {
    Plan plan = Plan.of(ModelShapes.read(TINY), method, 1e-4, 0.01);
    try (NDManager manager = TestDevice.open();
        StableDiffusion model = StableDiffusion.load(TINY, manager)) {
      List<ParameterGroup> groups =
          method.start(new FolderNetworks(model), new KeyedRandom(0), manager).groups();
      Map<String, Long> moved = new TreeMap<>();
      ParameterGroup.all(groups)
          .forEach(
              (name, array) ->
                  moved.merge(name.replaceFirst("\\.lora_[AB].*", ""), array.size(), Long::sum));
      assertThat(
              plan.modules().stream()
                  .collect(
                      Collectors.toMap(
                          module -> module.part() + "." + module.module(),
                          PlannedModule::parameters)))
          .isEqualTo(moved);
      assertThat(plan.total().moved())
          .isEqualTo(moved.values().stream().mapToLong(count -> count).sum());
    }
  }

  @Test
  void aModuleHasWhatItsRuleSaysOrTheTraining() {
    Plan plan = plan(ModelShapes.read(TINY), UNET, TEXT);
    assertThat(plan.modules().get(0))
        .isEqualTo(
            new PlannedModule(
                "unet",
                "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_k",
                List.of(16L, 16L),
                Optional.of(4),
                Optional.of(2.0),
                128,
                1e-4,
                0.01,
                0,
                UNET.place()));
    assertThat(plan.modules().get(plan.modules().size() - 1))
        .isEqualTo(
            new PlannedModule(
                "text_encoder",
                "text_model.encoder.layers.2.self_attn.q_proj",
                List.of(32L, 32L),
                Optional.of(8),
                Optional.of(4.0),
                512,
                1e-5,
                0,
                100,
                TEXT.place()));
    assertThat(plan.headline()).startsWith("LoRA of rank 4 to 8 on 76 layers");
  }

  @Test
  void aLineForEachBlockOrForEachLayer() {
    Plan plan = plan(ModelShapes.read(TINY), UNET, TEXT);
    assertThat(plan.table(false))
        .contains(
            "unet.mid_block                   10: to_k, to_out.0, to_q, to_v and 2 more kinds     4"
                + "       3,840           1e-4          0.01           0",
            "text_encoder.text_model.encoder  6: fc1, q_proj                                      8"
                + "       5,376           1e-5             0         100",
            "in all        26,880  527,683  5.09 %");
    assertThat(plan.table(true))
        .hasSize(plan.table(false).size() - 6 + 76)
        .anyMatch(
            line ->
                line.matches(
                    "unet\\.mid_block\\.attentions\\.0\\.transformer_blocks\\.0\\.ff\\.net\\.0\\.proj"
                        + " +256x32 +4 +1,152 .*"));
  }

  /** Where Maven plans there is no native library: not even the engine's classes are there. */
  @Test
  void noTensorIsNeeded() throws Exception {
    URL[] classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.replace('\\', '/').contains("/ai/djl/"))
            .map(PlanTest::url)
            .toArray(URL[]::new);
    try (URLClassLoader withoutEngine =
        new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
      Object headline =
          withoutEngine.loadClass(WithoutEngine.class.getName()).getMethod("headline").invoke(null);
      assertThat(headline).asString().startsWith("LoRA of rank 4 on 70 layers");
    }
  }

  /** Called in a class loader of its own. */
  public static final class WithoutEngine {
    private WithoutEngine() {}

    public static String headline() {
      return plan(ModelShapes.read(TINY), UNET).headline();
    }
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
