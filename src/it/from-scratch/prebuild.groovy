import groovy.json.JsonSlurper
import org.apache.commons.io.FileUtils

File made = new File(basedir, "../../../../sdtune-models/emoji-base").canonicalFile
FileUtils.copyDirectory(new File(made, "src"), new File(basedir, "src"))
// Untrained parts need no weights.
new File(basedir, "src/main/model/unet/diffusion_pytorch_model.safetensors").delete()
new File(basedir, "src/main/model/text_encoder/model.safetensors").delete()
// Its parent is not in the tests' repository; the classifier would be most of the time.
String pom = new File(made, "pom.xml").text
String alone = pom.replaceFirst("(?s)<parent>.*</parent>", "<groupId>io.github.sdtune</groupId>").replace("<subset>48</subset>", "<subset>0</subset>")
assert alone != pom
new File(basedir, "pom.xml").text = alone
File metadata = new File(basedir, "src/main/dataset/metadata.jsonl")
def (held, rest) = metadata.readLines().split { it.contains('"split": "validation"') }
def kept = held.collate(6)*.first() + rest.collate(40)*.first()
metadata.text = kept.join("\n") + "\n"
def named = kept.collect { new JsonSlurper().parseText(it).file_name }
["noto", "fluent"].each { style ->
    new File(metadata.parentFile, style).listFiles().findAll { !((style + "/" + it.name) in named) }*.delete()
}
return true
