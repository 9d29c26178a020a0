package io.github.sdtune.maven.parameters;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * What the sources say about the fields of their classes: comments, as Markdown, and annotations.
 */
final class Javadocs {
  private static final Pattern DEFAULT =
      Pattern.compile("(?:[;,.]\\s*|^)[Dd]efault: (.+?)(?=\\.\\s+[A-Z`]|\\.?$)");

  /**
   * A field's comment.
   *
   * @param text Markdown in a line, without what it says of a default and a property
   * @param byDefault what it says of the default
   * @param annotation the values of {@code @Parameter}, if it has one
   */
  record Field(String text, Optional<String> byDefault, Optional<Map<String, String>> annotation) {}

  private final Map<String, Map<String, Field>> classes = new TreeMap<>();

  private Javadocs() {}

  /** Reads the Java files of a folder. */
  static Javadocs of(Path folder) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Javadocs javadocs = new Javadocs();
    try (Stream<Path> files = Files.list(folder);
        StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<Path> sources = files.filter(f -> f.toString().endsWith(".java")).sorted().toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(sources));
      DocTrees trees = DocTrees.instance(task);
      task.parse().forEach(unit -> javadocs.scan(unit, trees));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return javadocs;
  }

  private void scan(CompilationUnitTree unit, DocTrees trees) {
    new TreePathScanner<Void, String>() {
      @Override
      public Void visitClass(ClassTree type, String outer) {
        return super.visitClass(type, type.getSimpleName().toString());
      }

      @Override
      public Void visitVariable(VariableTree field, String type) {
        String comment = trees.getDocComment(getCurrentPath());
        if (comment != null) {
          classes
              .computeIfAbsent(type, t -> new LinkedHashMap<>())
              .put(field.getName().toString(), field(comment, annotation(field)));
        }
        return null;
      }
    }.scan(unit, null);
  }

  private static Optional<Map<String, String>> annotation(VariableTree field) {
    return field.getModifiers().getAnnotations().stream()
        .filter(annotation -> annotation.getAnnotationType().toString().equals("Parameter"))
        .findFirst()
        .map(Javadocs::values);
  }

  private static Map<String, String> values(AnnotationTree annotation) {
    Map<String, String> values = new TreeMap<>();
    annotation
        .getArguments()
        .forEach(
            argument -> {
              AssignmentTree value = (AssignmentTree) argument;
              if (value.getExpression() instanceof LiteralTree literal) {
                values.put(value.getVariable().toString(), literal.getValue().toString());
              }
            });
    return values;
  }

  /** Of a comment such as "Text; default: 4. User property: x." */
  private static Field field(String comment, Optional<Map<String, String>> annotation) {
    String markdown =
        comment
            .replaceAll("(?s)\\n\\s*@since.*", "")
            .replaceAll("\\s+", " ")
            .strip()
            .replaceAll("\\{@code\\s+((?:[^{}]|\\{[^{}]*\\})*)\\}", "`$1`")
            .replaceAll("<code>\\s*(.*?)\\s*</code>", "`$1`")
            .replaceAll("\\{@link\\s+(?:[\\w.]*\\.)?(\\w+)[^}]*\\}", "`$1`")
            .replaceAll("\\s*User property: `[^`]*`\\.", "");
    Matcher byDefault = DEFAULT.matcher(markdown);
    Optional<String> found = byDefault.find() ? Optional.of(byDefault.group(1)) : Optional.empty();
    String text = DEFAULT.matcher(markdown).replaceFirst("").strip();
    return new Field(text.replaceFirst("\\.$", "").replace("|", "\\|"), found, annotation);
  }

  /** The fields of a class that have comments, in the order of the source. */
  Map<String, Field> of(String simpleName) {
    return classes.getOrDefault(simpleName, Map.of());
  }
}
