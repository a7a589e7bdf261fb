# requires: lxml
from lxml import etree, html

tree = etree.fromstring(b"<a>" + b"<b k='1'>t</b>" * 1000 + b"</a>")
assert tree.xpath("count(//b[@k='1'])") == 1000
style = etree.XSLT(etree.fromstring(
    '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
    '<xsl:template match="/"><n><xsl:value-of select="count(//b)"/></n></xsl:template></xsl:stylesheet>'))
assert style(tree).getroot().text == "1000"
assert html.fromstring("<p>one<br>two").text_content() == "onetwo"
try:
    etree.fromstring("<a>")
except etree.XMLSyntaxError:
    print("XPath, XSLT, HTML, an error")
