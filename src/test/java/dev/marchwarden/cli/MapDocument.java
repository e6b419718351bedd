package dev.marchwarden.cli;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** A map as it was written. It is well-formed XML, so that a text that was not escaped is noticed wherever it stands. */
record MapDocument(Document document) {
    static MapDocument parse(String html) throws Exception {
        return new MapDocument(DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8))));
    }

    List<Element> find(String xpath) throws Exception {
        NodeList found =
                (NodeList) XPathFactory.newInstance().newXPath().evaluate(xpath, document, XPathConstants.NODESET);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }

    List<String> texts(String xpath) throws Exception {
        return find(xpath).stream().map(Element::getTextContent).toList();
    }

    /** The rows of a table, each as its cells. */
    List<List<String>> rows(String table) throws Exception {
        List<List<String>> rows = new ArrayList<>();
        for (Element row : find(table + "/tbody/tr")) {
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < row.getChildNodes().getLength(); i++) {
                if (row.getChildNodes().item(i) instanceof Element cell) {
                    cells.add(cell.getTextContent());
                }
            }
            rows.add(cells);
        }
        return rows;
    }
}
