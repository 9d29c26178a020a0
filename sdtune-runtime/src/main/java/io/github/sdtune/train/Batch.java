package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.model.Conditioning;
import java.util.List;

/**
 * What one forward pass is given, all that is random already drawn.
 *
 * @param latents z, scaled as the UNet wants them: (B, C, h, w)
 * @param noise epsilon: (B, C, h, w)
 * @param timesteps t, one for each row
 * @param conditioning what the UNet is told of the rows
 * @param items ids of the rows' pictures
 * @param occurrences how often each picture came before in the run
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Batch(
    NDArray latents,
    NDArray noise,
    int[] timesteps,
    Conditioning conditioning,
    List<String> items,
    List<Integer> occurrences) {}
