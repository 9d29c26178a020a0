package io.github.sdtune.maven.launch;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What else the machine is doing. */
final class Machine {
  private static final long SAMPLE_MILLIS = 250;

  /** Share of all cores. */
  private static final double BUSY = 0.25;

  private Machine() {}

  /** Whether others than this process use a good part of the processor right now. */
  static boolean isBusy() throws InterruptedException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    others(system); // each answer is about the time since the last one
    Thread.sleep(SAMPLE_MILLIS);
    return others(system) > BUSY;
  }

  private static double others(OperatingSystemMXBean system) {
    return system.getCpuLoad() - system.getProcessCpuLoad();
  }
}
