package io.github.sdtune.maven;

import io.github.sdtune.maven.parameters.Durations;
import java.time.Duration;
import java.util.Optional;

/**
 * How a worker is to run, as Maven injected it: nothing is checked yet, all but one may be null.
 */
record WorkerParameters(String device, Integer threads, String maxHeap, String timeout) {

  /** Checks all of it; the time limit, if there is one. */
  Optional<Duration> check(Findings findings) {
    findings.require(
        device.matches("auto|cpu|gpu(:[0-9]+)?"),
        "<device>: found " + device + ", expected auto, cpu, gpu or gpu:1");
    findings.require(
        threads == null || threads >= 1, "<threads>: found " + threads + ", expected at least 1");
    findings.require(
        maxHeap == null || maxHeap.matches("[0-9]+[kKmMgG]?"),
        "<maxHeap>: found " + maxHeap + ", expected a size such as 2g");
    return findings.check(() -> Durations.parse("<timeout>", timeout));
  }
}
