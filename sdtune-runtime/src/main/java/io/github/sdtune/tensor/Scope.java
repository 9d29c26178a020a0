package io.github.sdtune.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Closes all tensors that its thread made inside, except its results, which pass on to the
 * enclosing scope:
 *
 * <pre>{@code
 * try (Scope scope = new Scope()) {
 *   return scope.result(conv2.forward(conv1.forward(x)));
 * }
 * }</pre>
 *
 * <p>What autograd needs of the closed ones it keeps by itself.
 */
public final class Scope implements AutoCloseable {
  private final NDScope tensors = new NDScope();
  private final List<NDArray> results = new ArrayList<>();

  /** Runs work whose answer is no tensor, and closes all that it made. */
  @SuppressWarnings("try") // the scope is for what happens inside
  public static <T> T closing(Supplier<T> work) {
    try (Scope scope = new Scope()) {
      return work.get();
    }
  }

  /**
   * Hands a tensor on.
   *
   * @param made inside this scope; one from further out would be closed too early
   */
  public NDArray result(NDArray made) {
    NDScope.unregister(made);
    results.add(made);
    return made;
  }

  /** Hands several tensors on, each made inside this scope. */
  public <L extends Iterable<NDArray>> L result(L made) {
    made.forEach(this::result);
    return made;
  }

  /** Takes a tensor out of all scopes: its manager alone closes it, as befits a parameter. */
  public static NDArray keep(NDArray made) {
    NDScope.unregister(made);
    return made;
  }

  @Override
  public void close() {
    tensors.close();
    results.forEach(NDScope::register);
  }
}
