package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Decodes large pictures piece by piece: square tiles that overlap by a quarter and are blended
 * linearly where they do, as diffusers' {@code tiled_decode}. Memory is bounded by one tile and the
 * picture.
 */
final class TiledDecoder {
  private static final int ROWS = 2;
  private static final int COLUMNS = 3;
  private final UnaryOperator<NDArray> decoder;
  private final int factor;
  private final long tile;
  private final long stride;
  private final long blended;

  /**
   * @param decoder of latents (1, 4, h, w) to (1, 3, factor * h, factor * w)
   * @param factor pixels in a row for each latent
   * @param pixels height and width of a tile
   */
  TiledDecoder(UnaryOperator<NDArray> decoder, int factor, int pixels) {
    this.decoder = decoder;
    this.factor = factor;
    this.tile = pixels / factor;
    this.stride = tile - tile / 4;
    this.blended = (tile - stride) * factor;
  }

  /** Whether the picture of these latents is larger than a tile. */
  boolean isFor(NDArray latents) {
    return latents.getShape().get(ROWS) > tile || latents.getShape().get(COLUMNS) > tile;
  }

  /** Pictures of latents (B, 4, h, w), one after the other: (B, 3, factor * h, factor * w). */
  NDArray decode(NDArray latents) {
    try (Scope scope = new Scope()) {
      NDList pictures = new NDList();
      for (long i = 0; i < latents.getShape().get(0); i++) {
        pictures.add(picture(slice(latents, 0, i, i + 1)));
      }
      return scope.result(NDArrays.concat(pictures, 0));
    }
  }

  private NDArray picture(NDArray latents) {
    long height = latents.getShape().get(ROWS);
    try (Scope scope = new Scope()) {
      NDList rows = new NDList();
      List<NDArray> above = List.of();
      for (long top = 0; top < height; top += stride) {
        NDArray strip = slice(latents, ROWS, top, Math.min(top + tile, height));
        List<NDArray> lowerEdges = new ArrayList<>();
        rows.add(row(strip, above, lowerEdges));
        above = lowerEdges;
      }
      return scope.result(NDArrays.concat(rows, ROWS));
    }
  }

  /**
   * One row of tiles beside each other.
   *
   * @param above lower edges of the tiles above; none for the first row
   * @param lowerEdges receives those of this row
   */
  private NDArray row(NDArray latents, List<NDArray> above, List<NDArray> lowerEdges) {
    long width = latents.getShape().get(COLUMNS);
    try (Scope scope = new Scope()) {
      NDList parts = new NDList();
      NDArray rightEdge = null;
      for (long left = 0; left < width; left += stride) {
        try (Scope inner = new Scope()) {
          NDArray part = slice(latents, COLUMNS, left, Math.min(left + tile, width));
          NDArray decoded = decoder.apply(Ops.contiguous(part));
          if (!above.isEmpty()) {
            decoded = blend(above.get(parts.size()), decoded, ROWS);
          }
          if (rightEdge != null) {
            decoded = blend(rightEdge, decoded, COLUMNS);
          }
          lowerEdges.add(inner.result(edge(decoded, ROWS)));
          rightEdge = inner.result(edge(decoded, COLUMNS));
          NDArray kept = head(head(decoded, ROWS), COLUMNS);
          parts.add(inner.result(Ops.copy(kept)));
        }
      }
      lowerEdges.forEach(scope::result);
      return scope.result(NDArrays.concat(parts, COLUMNS));
    }
  }

  /** From an edge over to the tile that begins with it, which keeps its size. */
  private static NDArray blend(NDArray edge, NDArray tile, int axis) {
    long size = tile.getShape().get(axis);
    long before = edge.getShape().get(axis);
    long extent = Math.min(before, size);
    NDArray share = tile.getManager().arange(0f, (float) extent, 1f).div(extent);
    share = axis == ROWS ? share.reshape(extent, 1) : share;
    NDArray from = slice(edge, axis, before - extent, before);
    NDArray to = slice(tile, axis, 0, extent);
    NDArray mixed = from.mul(share.mul(-1).add(1)).add(to.mul(share));
    return extent == size ? mixed : mixed.concat(slice(tile, axis, extent, size), axis);
  }

  /** The end of a tile, into which the next one is blended; a copy, so that the tile can go. */
  private NDArray edge(NDArray tile, int axis) {
    long size = tile.getShape().get(axis);
    return Ops.copy(slice(tile, axis, Math.max(0, size - blended), size));
  }

  /** A tile without the end that the next one overlaps. */
  private NDArray head(NDArray tile, int axis) {
    return slice(tile, axis, 0, Math.min(stride * factor, tile.getShape().get(axis)));
  }

  private static NDArray slice(NDArray array, int axis, long from, long to) {
    NDIndex index = new NDIndex();
    for (int i = 0; i < axis; i++) {
      index.addAllDim();
    }
    return array.get(index.addSliceDim(from, to).addEllipseDim());
  }
}
