package io.github.sdtune.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;

class EventFileTest {
  @TempDir Path folder;

  @Test
  void itBeginsAsTensorBoardsOwnFilesDoAndIsThereAtOnce() throws IOException {
    try (EventFile file = EventFile.begin(folder, 7)) {
      file.scalars(7, Map.of("training/loss", 0.25));
      byte[] bytes = Files.readAllBytes(only());
      // 24 bytes and their checksum, as tensorboard 2.21.0 writes them for its first message.
      assertThat(HexFormat.of().formatHex(bytes, 0, 12)).isEqualTo("1800000000000000a37f4b22");
      List<Event> events = events(bytes);
      assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
      assertThat(events.get(1).getStep()).isEqualTo(7);
      assertThat(events.get(1).getSessionLog().getStatus())
          .isEqualTo(SessionLog.SessionStatus.START);
      assertThat(events.get(2).getStep()).isEqualTo(7);
      assertThat(events.get(2).getSummary().getValue(0).getTag()).isEqualTo("training/loss");
      assertThat(events.get(2).getSummary().getValue(0).getSimpleValue()).isEqualTo(0.25f);
    }
  }

  private Path only() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.reduce((a, b) -> null).orElseThrow();
    }
  }

  private static List<Event> events(byte[] bytes) throws IOException {
    List<Event> events = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      byte[] data = new byte[Math.toIntExact(buffer.getLong())];
      buffer.getInt();
      buffer.get(data).getInt();
      events.add(Event.parseFrom(data));
    }
    return events;
  }
}
