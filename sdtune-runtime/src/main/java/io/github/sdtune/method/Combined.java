package io.github.sdtune.method;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Several methods at once, such as textual inversion with LoRA. */
record Combined(List<Method> methods) implements Method {
  @Override
  public List<ParameterGroup> groups() {
    return methods.stream().flatMap(method -> method.groups().stream()).toList();
  }

  @Override
  public String describe() {
    return methods.stream().map(Method::describe).collect(Collectors.joining("; "));
  }

  @Override
  public boolean movesText() {
    return methods.stream().anyMatch(Method::movesText);
  }

  @Override
  public void train(List<String> items, List<Integer> occurrences) {
    methods.forEach(method -> method.train(items, occurrences));
  }

  @Override
  public void evaluate() {
    methods.forEach(Method::evaluate);
  }

  @Override
  public void stepped() {
    methods.forEach(Method::stepped);
  }

  @Override
  public List<Path> write(Path folder, Map<String, String> metadata) {
    return methods.stream().flatMap(method -> method.write(folder, metadata).stream()).toList();
  }
}
