package io.github.sdtune;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.List;

/**
 * The rooms of docs/architecture.md: arrows point down the list, and one door leads to the engine.
 */
@AnalyzeClasses(packages = "io.github.sdtune", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /** A room may use those above it, never those below. */
  private static final List<String> ROOMS =
      List.of(
          "io",
          "metric",
          "safetensors",
          "checkpoint",
          "selection",
          "tensor",
          "model",
          "diffusion",
          "adapter",
          "inversion",
          "dataset",
          "generate",
          "method",
          "train",
          "plan",
          "evaluate",
          "search",
          "gate",
          "report",
          "job",
          "worker");

  @ArchTest static final ArchRule ARROWS_POINT_DOWN_THE_LIST = arrows();

  @ArchTest
  static final ArchRule EVERY_CLASS_HAS_A_ROOM =
      classes()
          .that()
          .doNotHaveFullyQualifiedName(SdtuneException.class.getName())
          .should()
          .resideInAnyPackage(ROOMS.stream().map(ArchitectureTest::room).toArray(String[]::new));

  @ArchTest
  static final ArchRule ONLY_TENSOR_CALLS_THE_ENGINE =
      noClasses()
          .that()
          .resideOutsideOfPackage(room("tensor"))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl.pytorch..");

  @ArchTest
  static final ArchRule WHAT_MAVEN_LOADS_TOUCHES_NO_TENSOR =
      noClasses()
          .that()
          .resideInAnyPackage(
              room("io"),
              room("metric"),
              room("safetensors"),
              room("checkpoint"),
              room("selection"),
              room("plan"),
              room("gate"),
              room("report"))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule NOTHING_KNOWS_MAVEN =
      noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.maven..");

  @ArchTest
  static final ArchRule NOTHING_IS_DESERIALIZED_BY_JAVA =
      noClasses().should().dependOnClassesThat().areAssignableTo(java.io.ObjectInputStream.class);

  private static ArchRule arrows() {
    CompositeArchRule all = null;
    for (int i = 0; i < ROOMS.size() - 1; i++) {
      String[] below =
          ROOMS.subList(i + 1, ROOMS.size()).stream()
              .map(ArchitectureTest::room)
              .toArray(String[]::new);
      ArchRule rule =
          noClasses()
              .that()
              .resideInAPackage(room(ROOMS.get(i)))
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(below);
      all = all == null ? CompositeArchRule.of(rule) : all.and(rule);
    }
    return all;
  }

  private static String room(String name) {
    return "io.github.sdtune." + name;
  }
}
