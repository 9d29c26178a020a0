package io.github.sdtune.dataset;

import io.github.sdtune.model.SizeConditioning;

/**
 * How a picture becomes a square: its short side is brought to {@code side}, and what stands out of
 * the longer one is cut off. As torchvision's Resize does with CenterCrop or RandomCrop.
 *
 * @param width of the whole picture after resizing
 * @param height of the whole picture after resizing
 * @param left columns cut off at the left
 * @param top rows cut off at the top
 */
record Square(int side, int width, int height, int left, int top) {
  /** The square in the middle of a picture of so many pixels. */
  static Square centre(int width, int height, int side) {
    int shorter = Math.min(width, height);
    // torchvision truncates the longer side.
    int resizedWidth = (int) ((long) side * width / shorter);
    int resizedHeight = (int) ((long) side * height / shorter);
    return new Square(side, resizedWidth, resizedHeight, 0, 0).centred();
  }

  /** The one in the middle of the same picture; torchvision's crop rounds half to even. */
  Square centred() {
    return at((int) Math.rint((width - side) / 2.0), (int) Math.rint((height - side) / 2.0));
  }

  /** Another of the same picture. */
  Square at(int otherLeft, int otherTop) {
    return new Square(side, width, height, otherLeft, otherTop);
  }

  /** What SDXL is told of a picture that becomes this square. */
  SizeConditioning conditioning(Item item) {
    return new SizeConditioning(item.height(), item.width(), top, left, side, side);
  }
}
