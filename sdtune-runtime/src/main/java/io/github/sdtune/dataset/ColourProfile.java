package io.github.sdtune.dataset;

import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Optional;

/** An ICC profile at work: LittleCMS brings samples to sRGB, as it does in Pillow's ImageCms. */
final class ColourProfile {
  private final ColorConvertOp conversion;
  private final WritableRaster source;
  private final WritableRaster target;

  private ColourProfile(ICC_Profile profile, int width) {
    ICC_Profile srgb = ICC_Profile.getInstance(ColorSpace.CS_sRGB);
    this.conversion = new ColorConvertOp(new ICC_Profile[] {profile, srgb}, null);
    this.source = row(width, profile.getNumComponents());
    this.target = row(width, 3);
  }

  private static WritableRaster row(int width, int bands) {
    return Raster.createInterleavedRaster(0, width, 1, bands, null);
  }

  /**
   * The profile of a picture, if it is one that can be used.
   *
   * @param bytes of the profile
   * @param colours samples of a pixel: grey, RGB or CMYK; a profile of other colours is not used
   * @param width of the rows that will be converted
   */
  static Optional<ColourProfile> of(byte[] bytes, int colours, int width) {
    try {
      ICC_Profile profile = ICC_Profile.getInstance(bytes);
      int space =
          switch (colours) {
            case 1 -> ColorSpace.TYPE_GRAY;
            case 3 -> ColorSpace.TYPE_RGB;
            default -> ColorSpace.TYPE_CMYK;
          };
      if (profile.getColorSpaceType() != space) {
        return Optional.empty();
      }
      ColourProfile usable = new ColourProfile(profile, width);
      usable.toSrgb(new byte[width * colours]);
      return Optional.of(usable);
    } catch (CMMException | IllegalArgumentException e) {
      return Optional.empty(); // damaged: the samples are then taken for sRGB
    }
  }

  /** A row of samples in the profile's colours as red, green and blue, (width * 3). */
  byte[] toSrgb(byte[] samples) {
    source.setDataElements(0, 0, source.getWidth(), 1, samples);
    conversion.filter(source, target);
    return (byte[]) target.getDataElements(0, 0, target.getWidth(), 1, null);
  }
}
