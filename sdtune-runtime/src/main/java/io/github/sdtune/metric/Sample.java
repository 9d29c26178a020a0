package io.github.sdtune.metric;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/**
 * One prompt drawn by the base and by the tuned model from the same seed.
 *
 * @param base file of the base's picture, relative to metrics.json
 * @param tuned file of the tuned model's picture, relative to metrics.json
 * @param nearest what is nearest to the tuned model's picture; absent where memorisation is not
 *     measured
 */
public record Sample(
    String prompt,
    long seed,
    String base,
    String tuned,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<NearestPicture> nearest) {}
