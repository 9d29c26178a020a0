package io.github.sdtune.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Set;

/** Reference tensors of a case in {@code src/test/resources/fixtures}. */
public final class Golden implements AutoCloseable {
  /** The fixtures, made by {@code make_fixtures.py} there. */
  public static final Path FIXTURES = Path.of("src/test/resources/fixtures");

  private final Safetensors tensors;
  private final NDManager manager = TestDevice.open();

  public Golden(String folder) {
    this.tensors = Safetensors.open(FIXTURES.resolve(folder).resolve("golden.safetensors"));
  }

  public NDManager manager() {
    return manager;
  }

  public Set<String> names() {
    return tensors.names();
  }

  public NDArray get(String name) {
    return tensors.read(name, manager);
  }

  /** Asserts that all values agree to within an absolute tolerance. */
  public void assertAgrees(String name, NDArray found, double tolerance) {
    NDArray expected = get(name);
    assertThat(found.getShape()).as(name).isEqualTo(expected.getShape());
    double difference = found.sub(expected).abs().max().getFloat();
    assertThat(difference).as("largest difference of " + name).isLessThanOrEqualTo(tolerance);
  }

  @Override
  public void close() {
    tensors.close();
    manager.close();
  }
}
