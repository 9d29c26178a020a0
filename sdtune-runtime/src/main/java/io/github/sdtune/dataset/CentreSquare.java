package io.github.sdtune.dataset;

import io.github.sdtune.model.SizeConditioning;

/**
 * How a picture becomes a square: its short side is brought to {@code side}, and what stands out of
 * the longer one is cut off at both ends alike. As torchvision's Resize and CenterCrop do.
 *
 * @param width of the whole picture after resizing
 * @param height of the whole picture after resizing
 * @param left columns cut off at the left
 * @param top rows cut off at the top
 */
record CentreSquare(int side, int width, int height, int left, int top) {
  /** The square of a picture of so many pixels. */
  static CentreSquare of(int width, int height, int side) {
    int shorter = Math.min(width, height);
    // torchvision truncates the longer side, and its crop rounds half to even.
    int resizedWidth = (int) ((long) side * width / shorter);
    int resizedHeight = (int) ((long) side * height / shorter);
    return new CentreSquare(
        side,
        resizedWidth,
        resizedHeight,
        (int) Math.rint((resizedWidth - side) / 2.0),
        (int) Math.rint((resizedHeight - side) / 2.0));
  }

  /** What SDXL is told of a picture that becomes this square of {@code side}. */
  static SizeConditioning conditioning(Item item, int side) {
    CentreSquare square = of(item.width(), item.height(), side);
    return new SizeConditioning(
        item.height(), item.width(), square.top(), square.left(), side, side);
  }
}
