package io.github.sdtune.tensor;

import ai.djl.ndarray.NDManager;

/** Where tests compute: the CPU, or with {@code -Dsdtune.test.device=gpu} a GPU. */
public final class TestDevice {
  public static final String NAME = System.getProperty("sdtune.test.device", "cpu");

  private TestDevice() {}

  /** Opens a manager of tensors there; the caller closes it. */
  public static NDManager open() {
    return Devices.open(NAME);
  }
}
