package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.tensor.Tensors;
import java.util.List;

/**
 * What SDXL is told of a picture's sizes, in pixels (https://arxiv.org/abs/2307.01952, section
 * 2.2).
 *
 * @param originalHeight before the picture was made smaller
 * @param cropTop rows cut off above, after it was made smaller
 * @param targetHeight of the picture as it is trained on or made
 */
public record SizeConditioning(
    int originalHeight,
    int originalWidth,
    int cropTop,
    int cropLeft,
    int targetHeight,
    int targetWidth) {
  /** A picture made at its size, not cut. */
  public static SizeConditioning of(int height, int width) {
    return new SizeConditioning(height, width, 0, 0, height, width);
  }

  /** One row for each picture: (B, 6), float32. */
  public static NDArray timeIds(NDManager manager, List<SizeConditioning> sizes) {
    float[] ids = new float[6 * sizes.size()];
    int i = 0;
    for (SizeConditioning size : sizes) {
      ids[i++] = size.originalHeight;
      ids[i++] = size.originalWidth;
      ids[i++] = size.cropTop;
      ids[i++] = size.cropLeft;
      ids[i++] = size.targetHeight;
      ids[i++] = size.targetWidth;
    }
    return Tensors.owned(manager, ids, new Shape(sizes.size(), 6));
  }
}
