package io.github.sdtune.safetensors;

import io.github.sdtune.SdtuneException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Tensors of another source under new names, types or shapes. */
public final class TensorViews implements TensorSource {
  private final TensorSource origin;
  private final Map<String, TensorView> views;

  /**
   * A source with these views.
   *
   * @param origin gives path and metadata, and is closed with this
   * @param views by name, in the order of {@link #names}
   */
  public TensorViews(TensorSource origin, Map<String, TensorView> views) {
    this.origin = origin;
    this.views = new LinkedHashMap<>(views);
  }

  /**
   * The same tensors under other names.
   *
   * @param rename from the name there to the name here; null leaves a tensor out
   * @throws SdtuneException if two tensors would have one name
   */
  public static TensorViews renamed(TensorSource origin, UnaryOperator<String> rename) {
    Map<String, TensorView> views = new LinkedHashMap<>();
    for (String name : origin.names()) {
      String today = rename.apply(name);
      if (today != null && views.put(today, TensorView.of(origin, name)) != null) {
        throw new SdtuneException(origin.path() + ": " + today + ": is there under two names");
      }
    }
    return new TensorViews(origin, views);
  }

  /** The same tensors, the real ones in another type; whole numbers stay what they are. */
  public static TensorViews cast(TensorSource origin, TensorType type) {
    Map<String, TensorView> views = new LinkedHashMap<>();
    for (String name : origin.names()) {
      TensorView view = TensorView.of(origin, name);
      views.put(
          name,
          view.type().isFloat() ? TensorView.cast(view, type, origin.path() + ": " + name) : view);
    }
    return new TensorViews(origin, views);
  }

  @Override
  public Path path() {
    return origin.path();
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(views.keySet());
  }

  /** One tensor of this source. */
  public TensorView view(String name) {
    TensorView view = views.get(name);
    if (view == null) {
      throw new SdtuneException(path() + ": there is no tensor " + name);
    }
    return view;
  }

  @Override
  public TensorType type(String name) {
    return view(name).type();
  }

  @Override
  public List<Long> shape(String name) {
    return view(name).shape();
  }

  @Override
  public ByteBuffer data(String name) {
    return view(name).data();
  }

  @Override
  public Map<String, String> metadata() {
    return origin.metadata();
  }

  @Override
  public void close() {
    origin.close();
  }
}
