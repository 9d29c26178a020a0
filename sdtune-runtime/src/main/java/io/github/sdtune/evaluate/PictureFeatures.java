package io.github.sdtune.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.dataset.Pictures;
import io.github.sdtune.model.FeatureNetwork;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pictures as a feature network sees them. Drawn and real ones come to it alike: as 8-bit squares
 * of the model's own resolution, resized by the network's filter.
 */
public final class PictureFeatures {
  /** More are not faster, but take more memory. */
  private static final int SEEN_AT_A_TIME = 4;

  private final FeatureNetwork network;
  private final NDManager manager;

  public PictureFeatures(FeatureNetwork network, NDManager manager) {
    this.network = network;
    this.manager = manager;
  }

  /**
   * A picture in the network's size.
   *
   * @param picture (3, side, side), from -1 to 1
   */
  float[] resized(float[] picture, int side) {
    return Pictures.resized(picture, side, network.side(), network.resampling());
  }

  /** Features of picture files, cut to squares of a resolution: (n, D). */
  public double[][] ofFiles(List<Path> files, int resolution) {
    List<double[]> rows = new ArrayList<>();
    for (int from = 0; from < files.size(); from += SEEN_AT_A_TIME) {
      List<float[]> few =
          files.subList(from, Math.min(files.size(), from + SEEN_AT_A_TIME)).stream()
              .map(file -> resized(Pictures.read(file, resolution), resolution))
              .toList();
      rows.addAll(Arrays.asList(ofFew(few)));
    }
    return rows.toArray(double[][]::new);
  }

  /** Features of pictures in the network's size: (n, D). */
  double[][] of(List<float[]> pictures) {
    List<double[]> rows = new ArrayList<>();
    for (int from = 0; from < pictures.size(); from += SEEN_AT_A_TIME) {
      int to = Math.min(pictures.size(), from + SEEN_AT_A_TIME);
      rows.addAll(Arrays.asList(ofFew(pictures.subList(from, to))));
    }
    return rows.toArray(double[][]::new);
  }

  private double[][] ofFew(List<float[]> pictures) {
    return Scope.closing(
        () ->
            Gradients.without(
                () -> {
                  int side = network.side();
                  float[] batch = new float[pictures.size() * 3 * side * side];
                  for (int i = 0; i < pictures.size(); i++) {
                    float[] picture = pictures.get(i);
                    System.arraycopy(picture, 0, batch, i * picture.length, picture.length);
                  }
                  Shape shape = new Shape(pictures.size(), 3, side, side);
                  return rows(network.features(manager.create(batch, shape)));
                }));
  }

  /** The rows of (n, D). */
  static double[][] rows(NDArray features) {
    float[] values = features.toFloatArray();
    int count = Math.toIntExact(features.getShape().get(0));
    int width = values.length / count;
    double[][] rows = new double[count][width];
    for (int i = 0; i < values.length; i++) {
      rows[i / width][i % width] = values[i];
    }
    return rows;
  }
}
