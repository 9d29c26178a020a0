package io.github.sdtune.report;

import io.github.sdtune.gate.Judgement;
import io.github.sdtune.gate.Printable;
import io.github.sdtune.gate.Status;
import io.github.sdtune.gate.Verdict;
import io.github.sdtune.io.AtomicFile;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.function.Predicate;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A verdict as JUnit XML, which every CI server shows: a test case for each gate. A gate that could
 * not be checked is skipped; one that only warns passes, with its message in the output.
 */
public final class JunitXml {
  private static final String SUITE = "sdtune.gates";

  private JunitXml() {}

  public static void write(Path file, Verdict verdict) {
    AtomicFile.writeText(file, render(verdict));
  }

  static String render(Verdict verdict) {
    StringWriter out = new StringWriter();
    try {
      // Not newInstance: what is on Maven's class path must not matter.
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeCharacters("\n");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", SUITE);
      xml.writeAttribute("tests", String.valueOf(verdict.rows().size()));
      xml.writeAttribute("failures", count(verdict, Judgement::failed));
      xml.writeAttribute("errors", "0");
      xml.writeAttribute("skipped", count(verdict, JunitXml::skipped));
      xml.writeAttribute("time", "0");
      for (Judgement row : verdict.rows()) {
        writeCase(xml, row);
      }
      xml.writeCharacters("\n");
      xml.writeEndElement();
      xml.writeCharacters("\n");
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
    return out.toString();
  }

  private static void writeCase(XMLStreamWriter xml, Judgement row) throws XMLStreamException {
    xml.writeCharacters("\n  ");
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", SUITE);
    xml.writeAttribute("name", Printable.line(row.metric()));
    xml.writeAttribute("time", "0");
    String message = Printable.line(row.message());
    if (row.failed()) {
      xml.writeCharacters("\n    ");
      xml.writeStartElement("failure");
      xml.writeAttribute("type", row.status().name());
      xml.writeAttribute("message", message);
      xml.writeCharacters(message);
      xml.writeEndElement();
      xml.writeCharacters("\n  ");
    } else if (skipped(row)) {
      xml.writeCharacters("\n    ");
      xml.writeEmptyElement("skipped");
      xml.writeAttribute("message", message);
      xml.writeCharacters("\n  ");
    } else if (!message.isEmpty()) {
      xml.writeCharacters("\n    ");
      xml.writeStartElement("system-out");
      xml.writeCharacters(message);
      xml.writeEndElement();
      xml.writeCharacters("\n  ");
    }
    xml.writeEndElement();
  }

  private static boolean skipped(Judgement row) {
    return row.status() == Status.UNCHECKED;
  }

  private static String count(Verdict verdict, Predicate<Judgement> predicate) {
    return String.valueOf(verdict.rows().stream().filter(predicate).count());
  }
}
