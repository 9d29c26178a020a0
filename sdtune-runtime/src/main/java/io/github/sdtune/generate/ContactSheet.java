package io.github.sdtune.generate;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * All pictures of a run on one, with captions below. It keeps them in small, so that its memory
 * does not grow with their size.
 */
final class ContactSheet {
  private static final int MARGIN = 8;
  private static final int LINE = 14;
  private static final int LINES = 3;
  private static final int MAX_SIDE = 256;
  private static final int MIN_SIDE = 32;
  private static final int MAX_COLUMNS = 8;

  /** Of the whole sheet: 64 MB as an image. */
  private static final double MAX_PIXELS = 16e6;

  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, LINE - 3);

  private record Cell(BufferedImage picture, String caption) {}

  private final int side;
  private final int columns;
  private final List<Cell> cells = new ArrayList<>();

  /**
   * @param count pictures to come
   */
  ContactSheet(int count) {
    this.columns = (int) Math.min(MAX_COLUMNS, Math.ceil(Math.sqrt(count)));
    this.side =
        (int) Math.max(MIN_SIDE, Math.min(MAX_SIDE, Math.sqrt(MAX_PIXELS / Math.max(1, count))));
  }

  void add(BufferedImage picture, String caption) {
    cells.add(new Cell(small(picture), caption));
  }

  private BufferedImage small(BufferedImage picture) {
    double scale = Math.min(1, (double) side / Math.max(picture.getWidth(), picture.getHeight()));
    int width = (int) Math.max(1, Math.round(picture.getWidth() * scale));
    int height = (int) Math.max(1, Math.round(picture.getHeight() * scale));
    BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = small.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(picture, 0, 0, width, height, null);
    graphics.dispose();
    return small;
  }

  /**
   * The sheet of the pictures so far.
   *
   * @param captions whether there are any: a system without fonts cannot draw text
   */
  BufferedImage image(boolean captions) {
    int width = cells.stream().mapToInt(cell -> cell.picture().getWidth()).max().orElse(1);
    int height = cells.stream().mapToInt(cell -> cell.picture().getHeight()).max().orElse(1);
    int cellWidth = Math.max(width, captions ? MAX_SIDE / 2 : 0) + MARGIN;
    int cellHeight = height + MARGIN + (captions ? LINES * LINE : 0);
    int rows = (cells.size() + columns - 1) / columns;
    BufferedImage sheet =
        new BufferedImage(
            columns * cellWidth + MARGIN, rows * cellHeight + MARGIN, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    graphics.setColor(Color.BLACK);
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      int x = MARGIN + i % columns * cellWidth;
      int y = MARGIN + i / columns * cellHeight;
      graphics.drawImage(cell.picture(), x, y, null);
      if (captions) {
        caption(graphics, cell.caption(), x, y + height, cellWidth - MARGIN);
      }
    }
    graphics.dispose();
    return sheet;
  }

  private static void caption(Graphics2D graphics, String text, int x, int y, int width) {
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setFont(FONT);
    List<String> lines = lines(text, graphics.getFontMetrics(), width);
    for (int i = 0; i < lines.size(); i++) {
      graphics.drawString(lines.get(i), x, y + (i + 1) * LINE);
    }
  }

  /** Broken at spaces, and anywhere in longer words; what does not fit ends in three dots. */
  static List<String> lines(String text, FontMetrics metrics, int width) {
    List<String> lines = new ArrayList<>();
    String rest = text.strip().replaceAll("\\s+", " ");
    while (!rest.isEmpty() && lines.size() < LINES) {
      int end = rest.length();
      while (end > 1 && metrics.stringWidth(rest.substring(0, end)) > width) {
        end = rest.offsetByCodePoints(end, -1);
      }
      if (end < rest.length() && lines.size() == LINES - 1) {
        lines.add(rest.substring(0, Math.max(1, end - 3)) + "...");
        return lines;
      }
      int space = end == rest.length() ? end : rest.lastIndexOf(' ', end);
      int cut = space > 0 ? space : end;
      lines.add(rest.substring(0, cut));
      rest = rest.substring(cut).strip();
    }
    return lines;
  }
}
