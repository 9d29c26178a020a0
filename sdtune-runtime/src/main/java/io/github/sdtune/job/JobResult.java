package io.github.sdtune.job;

import java.util.List;

/**
 * What a worker answers, in {@link WorkerFiles#result()}.
 *
 * @param name of the request
 * @param done what was done, a sentence for each goal or file
 * @param warnings sentences that the user should read
 */
public record JobResult(String name, List<String> done, List<String> warnings) {
  public JobResult {
    done = List.copyOf(done);
    warnings = List.copyOf(warnings);
  }
}
