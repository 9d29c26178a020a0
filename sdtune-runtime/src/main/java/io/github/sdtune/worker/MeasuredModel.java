package io.github.sdtune.worker;

import io.github.sdtune.metric.Confusion;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.NearestPicture;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured and drawn of one model.
 *
 * @param samples files in the folder of samples, in the order of the prompts
 * @param predictions of the UNet, by what took them
 * @param nearest training pictures, one for each sample; empty where they were not looked for
 */
record MeasuredModel(
    Map<String, Metric> metrics,
    Optional<Confusion> confusion,
    List<String> samples,
    Map<String, Integer> predictions,
    List<Optional<NearestPicture>> nearest) {}
