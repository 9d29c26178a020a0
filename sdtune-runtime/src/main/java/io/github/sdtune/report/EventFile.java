package io.github.sdtune.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32C;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;

/**
 * An event file of TensorBoard: messages in TFRecord framing
 * (https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details). Each is in
 * the file when the method that writes it returns, so that a training can be watched.
 */
public final class EventFile implements AutoCloseable {
  private static final int MASK_DELTA = 0xa282ead8;

  private final FileChannel channel;

  private EventFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Begins a new file beside those that are there.
   *
   * @param fromStep what other files say of this and later steps counts no more
   */
  public static EventFile begin(Path folder, long fromStep) throws IOException {
    Files.createDirectories(folder);
    // TensorBoard reads the files of a folder in the order of their names.
    Path file =
        folder.resolve("events.out.tfevents.%013d.sdtune".formatted(System.currentTimeMillis()));
    EventFile events =
        new EventFile(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    events.write(Event.newBuilder().setFileVersion("brain.Event:2"));
    SessionLog start = SessionLog.newBuilder().setStatus(SessionLog.SessionStatus.START).build();
    events.write(Event.newBuilder().setStep(fromStep).setSessionLog(start));
    return events;
  }

  /** Writes numbers by their tags. */
  public void scalars(long step, Map<String, Double> values) throws IOException {
    Summary.Builder summary = Summary.newBuilder();
    values.forEach(
        (tag, value) ->
            summary.addValue(
                Summary.Value.newBuilder().setTag(tag).setSimpleValue(value.floatValue())));
    write(Event.newBuilder().setStep(step).setSummary(summary));
  }

  private void write(Event.Builder event) throws IOException {
    byte[] data = event.setWallTime(System.currentTimeMillis() / 1e3).build().toByteArray();
    ByteBuffer record = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(maskedChecksum(record.array(), Long.BYTES));
    record.put(data).putInt(maskedChecksum(data, data.length)).flip();
    while (record.hasRemaining()) {
      channel.write(record);
    }
  }

  private static int maskedChecksum(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return Integer.rotateRight((int) checksum.getValue(), 15) + MASK_DELTA;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
