package io.github.sdtune.plan;

import io.github.sdtune.io.Digits;
import io.github.sdtune.io.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A plan as text: what moves, then how much of each part that is. */
final class PlanTable {
  /** {@code up_blocks.2} of its convolutions, {@code text_model.encoder} of its layers. */
  private static final Pattern BLOCK =
      Pattern.compile(
          "(text_model\\.[^.]+|(?:encoder\\.|decoder\\.)?(?:(?:down|up)_blocks\\.\\d+|[^.]+))\\..*");

  /** Ends of names that say nothing without what stands before them. */
  private static final Pattern DEPENDENT = Pattern.compile("\\d+|proj|weight|bias");

  private static final int KINDS_SHOWN = 4;

  /** What modules that share a line have in common. */
  private record Alike(
      String part,
      String module,
      String rule,
      String rank,
      double learningRate,
      double weightDecay,
      int firstStep) {
    static Alike of(PlannedModule module, boolean alone) {
      return new Alike(
          module.part(),
          alone ? module.module() : block(module.module()),
          module.rule(),
          module.rank().map(Object::toString).orElse("-"),
          module.learningRate(),
          module.weightDecay(),
          module.firstStep());
    }
  }

  private PlanTable() {}

  static List<String> lines(Plan plan, boolean all) {
    List<String> lines = new ArrayList<>();
    lines.addAll(modules(plan, all));
    lines.add("");
    lines.addAll(parts(plan));
    return lines;
  }

  private static List<String> modules(Plan plan, boolean all) {
    Map<Alike, List<PlannedModule>> groups =
        plan.modules().stream()
            .collect(
                Collectors.groupingBy(
                    module -> Alike.of(module, all), LinkedHashMap::new, Collectors.toList()));
    TextTable table =
        new TextTable(
            "module",
            all ? "shape" : "what",
            "rank",
            "parameters",
            "learning rate",
            "weight decay",
            "first step");
    groups.forEach(
        (alike, modules) ->
            table.row(
                alike.part + "." + alike.module,
                all ? shape(modules.get(0)) : kinds(modules),
                alike.rank,
                grouped(modules.stream().mapToLong(PlannedModule::parameters).sum()),
                Digits.of(alike.learningRate),
                Digits.of(alike.weightDecay),
                Integer.toString(alike.firstStep)));
    return table.lines(2, 3, 4, 5, 6);
  }

  private static List<String> parts(Plan plan) {
    TextTable table = new TextTable("part", "moved", "of", "share");
    plan.parts().forEach((part, share) -> row(table, part, share));
    row(table, "in all", plan.total());
    return table.lines(1, 2, 3);
  }

  private static void row(TextTable table, String name, Share share) {
    table.row(name, grouped(share.moved()), grouped(share.of()), share.percent());
  }

  private static String block(String module) {
    Matcher block = BLOCK.matcher(module);
    return block.matches() ? block.group(1) : module;
  }

  /** {@code 8: to_k, to_out.0, to_q, to_v}: how many modules, and how their names end. */
  private static String kinds(List<PlannedModule> modules) {
    Set<String> kinds = new LinkedHashSet<>();
    modules.forEach(module -> kinds.add(end(module.module())));
    String shown = kinds.stream().limit(KINDS_SHOWN).collect(Collectors.joining(", "));
    int more = kinds.size() - KINDS_SHOWN;
    return modules.size() + ": " + shown + (more > 0 ? " and " + more + " more kinds" : "");
  }

  /** The last name with what hangs on it: {@code to_out.0}, {@code net.0.proj}. */
  private static String end(String module) {
    String[] names = module.split("\\.");
    int from = names.length - 1;
    while (from > 0 && DEPENDENT.matcher(names[from]).matches()) {
      from--;
    }
    return String.join(".", List.of(names).subList(from, names.length));
  }

  private static String shape(PlannedModule module) {
    return module.shape().stream().map(Object::toString).collect(Collectors.joining("x"));
  }

  private static String grouped(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
