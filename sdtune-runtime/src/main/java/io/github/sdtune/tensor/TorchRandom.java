package io.github.sdtune.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** The random numbers of PyTorch on the CPU, for the pictures that diffusers draws. */
public final class TorchRandom {
  private static final Op NORMALS = Op.of("torch_normals");

  private TorchRandom() {}

  /**
   * What {@code torch.randn(shape, generator=torch.Generator().manual_seed(seed))} gives, called
   * {@code count} times: (count, shape), float32. The engine's own generator is seeded anew.
   */
  public static synchronized NDArray normals(NDManager manager, long seed, int count, Shape shape) {
    try (Scope scope = new Scope();
        NDManager cpu = Devices.open("cpu")) {
      NDArray draws =
          NORMALS.call(
              cpu.zeros(shape, DataType.FLOAT32), cpu.create(seed), cpu.create((long) count));
      return scope.result(manager.create(draws.toFloatArray(), new Shape(count).addAll(shape)));
    }
  }
}
