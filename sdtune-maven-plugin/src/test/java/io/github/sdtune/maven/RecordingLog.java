package io.github.sdtune.maven;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.maven.plugin.logging.SystemStreamLog;

/** Keeps what was logged, as {@code LEVEL text}. */
public class RecordingLog extends SystemStreamLog {
  public final List<String> lines = new CopyOnWriteArrayList<>();

  @Override
  public void debug(CharSequence text) {
    lines.add("DEBUG " + text);
  }

  @Override
  public void info(CharSequence text) {
    lines.add("INFO " + text);
  }

  @Override
  public void warn(CharSequence text) {
    lines.add("WARN " + text);
  }
}
