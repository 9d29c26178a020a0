package io.github.sdtune.dataset;

import java.util.Optional;

/**
 * What a training sees of a picture at a time.
 *
 * @param picture cut and perhaps mirrored, encoded
 * @param mask how opaque the picture is at each place of the latent, 0 to 1, h w numbers; absent
 *     where nobody asks
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record View(EncodedItem picture, Optional<float[]> mask) {}
