package io.github.sdtune.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessMemoryTest {
  @Test
  void readsTheHighWaterMarkOfProc() {
    String status = "Name:\tjava\nVmPeak:\t 9999 kB\nVmHWM:\t  1234 kB\nVmRSS:\t 1000 kB\n";

    assertThat(ProcessMemory.peak(status)).contains(1234L * 1024);
    assertThat(ProcessMemory.peak("Name:\tjava\n")).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aPeakCoversMemoryThatWasTouched() {
    ProcessMemory.forgetPeak();
    ByteBuffer touched = ByteBuffer.allocateDirect(64 << 20);
    for (int i = 0; i < touched.capacity(); i += 4096) {
      touched.put(i, (byte) 1);
    }
    assertThat(ProcessMemory.peak().orElseThrow()).isGreaterThan(touched.capacity());
  }
}
