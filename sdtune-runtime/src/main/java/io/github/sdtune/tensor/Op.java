package io.github.sdtune.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One libtorch function, made from the TorchScript text of {@code ops.py}. Gradients flow through
 * it. Loaded once for a name and its constants, and kept as long as the process lives.
 */
public final class Op {
  private static final Pattern METHOD =
      Pattern.compile("^def (\\w+)\\(self, (.*?)(?=^def |\\z)", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Map<String, String> SOURCES = sources();
  private static final Map<Key, Op> LOADED = new ConcurrentHashMap<>();

  /** The profiling executor would specialise for each shape; the switch is thread-local. */
  private static final ThreadLocal<Boolean> INTERPRETED =
      ThreadLocal.withInitial(
          () -> {
            JniUtils.setGraphExecutorOptimize(false);
            return true;
          });

  private record Key(String name, List<Object> constants) {}

  private final PtSymbolBlock module;

  private Op(PtSymbolBlock module) {
    this.module = module;
  }

  /**
   * The function {@code name} of {@code ops.py} with its placeholders filled.
   *
   * @param constants numbers and booleans, by position
   */
  public static Op of(String name, Object... constants) {
    return LOADED.computeIfAbsent(new Key(name, Arrays.asList(constants)), Op::load);
  }

  /** Calls a function of tensors. The result belongs to the first argument's manager. */
  public NDArray call(NDArray... arguments) {
    return run(new NDList(arguments));
  }

  /**
   * Calls a function of lists of tensors, followed by tensors. No list may be empty, and no tensor
   * may stand in two lists.
   */
  public NDArray call(List<List<NDArray>> lists, NDArray... tensors) {
    NDList arguments = new NDList();
    for (int i = 0; i < lists.size(); i++) {
      for (NDArray array : lists.get(i)) {
        array.setName("list" + i + "[]");
        arguments.add(array);
      }
    }
    arguments.addAll(Arrays.asList(tensors));
    try {
      return run(arguments);
    } finally {
      lists.forEach(list -> list.forEach(array -> array.setName(null)));
    }
  }

  private NDArray run(NDList arguments) {
    if (!INTERPRETED.get()) {
      throw new IllegalStateException("unreachable");
    }
    // The last argument: false would run under a guard that switches autograd off.
    return IValueUtils.forward(module, arguments, true).singletonOrThrow();
  }

  private static Op load(Key key) {
    String source = SOURCES.get(key.name());
    if (source == null) {
      throw new IllegalArgumentException("ops.py has no function " + key.name());
    }
    for (int i = 0; i < key.constants().size(); i++) {
      source = source.replace("{" + i + "}", literal(key.constants().get(i)));
    }
    try (InputStream archive = OpArchive.of(source)) {
      return new Op(JniUtils.loadModule((PtNDManager) Torch.FOREVER, archive, false, false));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String literal(Object constant) {
    return constant instanceof Boolean truth
        ? (truth ? "True" : "False")
        : String.valueOf(constant).replace('E', 'e');
  }

  private static Map<String, String> sources() {
    try (InputStream in = Objects.requireNonNull(Op.class.getResourceAsStream("ops.py"))) {
      Matcher matcher = METHOD.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      Map<String, String> sources = new LinkedHashMap<>();
      while (matcher.find()) {
        String method = "def forward(self: __torch__.Ops, " + matcher.group(2).strip() + "\n";
        sources.put(matcher.group(1), method.indent(2));
      }
      return sources;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
