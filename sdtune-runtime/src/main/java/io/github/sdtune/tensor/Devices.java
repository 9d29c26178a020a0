package io.github.sdtune.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.SdtuneException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The devices that a user can name: {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:1}. */
public final class Devices {
  private static final Pattern GPU = Pattern.compile("gpu(?::(\\d{1,4}))?");

  private Devices() {}

  /**
   * The device of a name; {@code auto} is the first GPU, or the CPU where there is none.
   *
   * @throws SdtuneException if the name is none of these, or there is no such GPU
   */
  public static Device of(String name) {
    int gpus = Torch.engine().getGpuCount();
    if (name.equals("cpu") || (name.equals("auto") && gpus == 0)) {
      return Device.cpu();
    }
    Matcher gpu = GPU.matcher(name.equals("auto") ? "gpu" : name);
    if (!gpu.matches()) {
      throw new SdtuneException("device: found '" + name + "', expected auto, cpu, gpu or gpu:N");
    }
    int index = gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1));
    if (index >= gpus) {
      throw new SdtuneException(
          "device: found '%s', but libtorch sees %s; choose auto or cpu, or give libtorch for CUDA"
              .formatted(name, gpus == 0 ? "no GPU" : "only gpu:0 to gpu:" + (gpus - 1)));
    }
    return Device.gpu(index);
  }

  /** The name of a device: {@code cpu} or {@code gpu:0}. */
  public static String name(Device device) {
    return device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu";
  }

  /** Opens a manager of tensors on the named device; the caller closes it. */
  public static NDManager open(String name) {
    return NDManager.newBaseManager(of(name), Torch.NAME);
  }
}
