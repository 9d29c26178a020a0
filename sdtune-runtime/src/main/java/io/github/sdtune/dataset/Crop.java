package io.github.sdtune.dataset;

import io.github.sdtune.model.SizeConditioning;

/**
 * What is cut out of a picture: the whole is resized, and what stands out of the frame is cut off.
 *
 * @param width of the frame
 * @param height of the frame
 * @param resizedWidth of the whole picture after resizing
 * @param resizedHeight of the whole picture after resizing
 * @param left columns cut off at the left
 * @param top rows cut off at the top
 */
record Crop(int width, int height, int resizedWidth, int resizedHeight, int left, int top) {
  /**
   * The square in the middle of a picture of so many pixels, whose short side becomes {@code side}:
   * torchvision's Resize with CenterCrop.
   */
  static Crop centre(int width, int height, int side) {
    int shorter = Math.min(width, height);
    // torchvision truncates the longer side, and its crop rounds half to even.
    int resizedWidth = (int) ((long) side * width / shorter);
    int resizedHeight = (int) ((long) side * height / shorter);
    return new Crop(
        side,
        side,
        resizedWidth,
        resizedHeight,
        (int) Math.rint((resizedWidth - side) / 2.0),
        (int) Math.rint((resizedHeight - side) / 2.0));
  }

  /** The top left part of the same picture, which is made larger by a factor of at least 1. */
  Crop enlarged(double factor) {
    return new Crop(
        width,
        height,
        (int) Math.rint(resizedWidth * factor),
        (int) Math.rint(resizedHeight * factor),
        0,
        0);
  }

  /** Another part of the same picture. */
  Crop at(int otherLeft, int otherTop) {
    return new Crop(width, height, resizedWidth, resizedHeight, otherLeft, otherTop);
  }

  /** Whether anything is cut off. */
  boolean cuts() {
    return resizedWidth > width || resizedHeight > height;
  }

  /** Tells crops of a picture apart. */
  String key() {
    return "%dx%d of %dx%d at %d %d"
        .formatted(width, height, resizedWidth, resizedHeight, left, top);
  }

  /** What SDXL is told of a picture that is seen so. */
  SizeConditioning conditioning(Item item) {
    return new SizeConditioning(item.height(), item.width(), top, left, height, width);
  }
}
