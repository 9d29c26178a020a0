package io.github.sdtune.maven;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.maven.parameters.AdapterParameters;
import io.github.sdtune.maven.parameters.AugmentationParameters;
import io.github.sdtune.maven.parameters.BudgetParameters;
import io.github.sdtune.maven.parameters.CaptionMatchingParameters;
import io.github.sdtune.maven.parameters.CaptionParameters;
import io.github.sdtune.maven.parameters.ClassificationParameters;
import io.github.sdtune.maven.parameters.DatasetParameters;
import io.github.sdtune.maven.parameters.EarlyStoppingParameters;
import io.github.sdtune.maven.parameters.EmbeddingParameters;
import io.github.sdtune.maven.parameters.EvaluationParameters;
import io.github.sdtune.maven.parameters.FindLearningRateParameters;
import io.github.sdtune.maven.parameters.GenerateParameters;
import io.github.sdtune.maven.parameters.GenerationParameters;
import io.github.sdtune.maven.parameters.InversionParameters;
import io.github.sdtune.maven.parameters.MemorisationParameters;
import io.github.sdtune.maven.parameters.PriorPreservationParameters;
import io.github.sdtune.maven.parameters.RetentionParameters;
import io.github.sdtune.maven.parameters.SampleParameters;
import io.github.sdtune.maven.parameters.TrainingParameters;
import io.github.sdtune.maven.parameters.TuneParameters;
import io.github.sdtune.selection.Preset;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the README and docs say is what is built and tested. */
class DocumentationTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern FENCE =
      Pattern.compile("^```(\\w+)\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

  @Test
  void theReadmesPomIsTheExamples() throws IOException {
    List<String> snippets = snippets("xml");
    assertThat(snippets).hasSize(1);
    assertThat(flat(read("example-project/pom.xml"))).contains(flat(snippets.get(0)));
  }

  @Test
  void theReadmesCommandsAreThoseThatTestsRun() throws IOException {
    List<String> commands =
        snippets("sh").stream().flatMap(String::lines).map(String::strip).toList();
    assertThat(commands)
        .containsExactly(
            "mvn -B -ntp install -DskipTests && mvn -B -ntp -f example-project verify",
            "mvn -B -ntp verify",
            "mvn -B -ntp -f example-project install",
            "mvn -B -ntp -f example-project verify -Drevision=1.1 -DlearningRate=0.2",
            "mvn -B -ntp -f example-project/methods verify"
                + " -Dsdtune.compare.directory=$PWD/docs/methods");
    assertThat(read(".ci/run")).contains(commands.get(1));
    // The whole build "example" runs the other ones, with fewer steps.
    assertThat(read("src/it/example/invoker.properties"))
        .contains(
            "= install -DmaxSteps=120\n",
            "= verify -Drevision=1.1 -DlearningRate=0.2 -DmaxSteps=60\n");
    // The whole build "methods" runs the last one, with fewer steps and pictures.
    assertThat(read("src/it/methods/invoker.properties")).contains("= verify -DmaxSteps=1 ");
  }

  @Test
  void theReadmesTableOfMethodsIsTheOneThatTheGoalWrote() throws IOException {
    String table = read("docs/methods/table.md");
    assertThat(table.lines()).hasSize(2 + 8);
    assertThat(read("README.md")).contains(table.replace("![](", "![](docs/methods/"));
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        DatasetParameters.class,
        TrainingParameters.class,
        CaptionParameters.class,
        AugmentationParameters.class,
        EarlyStoppingParameters.class,
        PriorPreservationParameters.class,
        EvaluationParameters.class,
        RetentionParameters.class,
        CaptionMatchingParameters.class,
        MemorisationParameters.class,
        GenerationParameters.class,
        ClassificationParameters.class,
        SampleParameters.class,
        GenerateParameters.class,
        AdapterParameters.class,
        InversionParameters.class,
        EmbeddingParameters.class,
        TuneParameters.class,
        BudgetParameters.class,
        FindLearningRateParameters.class
      })
  void everyParameterIsDocumented(Class<?> parameters) throws IOException {
    String documentation = read("docs/parameters.md");
    List<String> names =
        Arrays.stream(parameters.getFields())
            .filter(field -> !Modifier.isStatic(field.getModifiers()))
            .map(Field::getName)
            .toList();
    assertThat(names).isNotEmpty();
    assertThat(names).allSatisfy(name -> assertThat(documentation).contains("`" + name + "`"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "CONTRIBUTING.md",
        "docs/architecture.md",
        "docs/parameters.md",
        "docs/dreambooth.md",
        "docs/what-moves.md",
        "docs/textual-inversion.md",
        "docs/generate.md",
        "docs/tune.md",
        "docs/convert.md"
      })
  void linksLeadSomewhere(String file) throws IOException {
    Matcher links = Pattern.compile("\\]\\((?!https?:)([^)#]+)").matcher(read(file));
    Stream<Path> targets =
        links.results().map(link -> ROOT.resolve(file).resolveSibling(link.group(1)));
    assertThat(targets).isNotEmpty().allSatisfy(target -> assertThat(target).exists());
  }

  @Test
  void everyParameterOfAConversionIsDocumented() throws IOException {
    String documentation = read("docs/convert.md");
    List<String> names =
        Arrays.stream(ConvertMojo.class.getDeclaredFields())
            .filter(field -> !Modifier.isStatic(field.getModifiers()))
            .map(Field::getName)
            .filter(name -> !name.equals("skipConvert"))
            .toList();
    assertThat(names).hasSizeGreaterThan(5);
    assertThat(names).allSatisfy(name -> assertThat(documentation).contains("sdtune." + name));
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void everyPresetIsDocumentedWithItsPatterns(Preset preset) throws IOException {
    String row =
        Stream.of(Part.UNET, Part.TEXT_ENCODER, Part.VAE)
            .map(part -> cell(preset.patterns(part)))
            .collect(Collectors.joining(" | ", "| `" + preset.json() + "` | ", " | "))
            .replaceAll("  +", " ");
    assertThat(read("docs/what-moves.md")).contains(row);
  }

  private static String cell(List<String> patterns) {
    return patterns.stream().map(pattern -> "`" + pattern + "`").collect(Collectors.joining(" "));
  }

  private static List<String> snippets(String language) throws IOException {
    return FENCE
        .matcher(read("README.md"))
        .results()
        .filter(fence -> fence.group(1).equals(language))
        .map(fence -> fence.group(2))
        .toList();
  }

  private static String flat(String xml) {
    return xml.lines().map(String::strip).reduce("", (a, b) -> a + "\n" + b).strip();
  }

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }
}
