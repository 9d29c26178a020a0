package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.adapter.Adapter;
import io.github.sdtune.method.Method;
import io.github.sdtune.method.ParameterGroup;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Methods for tests that need no files. */
public final class Methods {
  private Methods() {}

  /** An adapter that is attached to a UNet already. */
  public static Method of(Adapter adapter) {
    return new Method() {
      @Override
      public List<ParameterGroup> groups() {
        SortedMap<String, NDArray> parameters = new TreeMap<>();
        adapter.parameters().forEach((name, array) -> parameters.put("unet." + name, array));
        return List.of(ParameterGroup.of(parameters));
      }

      @Override
      public String describe() {
        return "LoRA";
      }

      @Override
      public boolean movesText() {
        return false;
      }

      @Override
      public void train(List<String> items, List<Integer> occurrences) {
        adapter.train(items, occurrences);
      }

      @Override
      public void evaluate() {
        adapter.evaluate();
      }

      @Override
      public List<Path> write(Path folder, Map<String, String> metadata) {
        throw new UnsupportedOperationException();
      }
    };
  }
}
