import groovy.json.JsonSlurper
import org.apache.commons.io.FileUtils

File example = new File(basedir, "../../../../example-project").canonicalFile
["src", "methods"].each {
    FileUtils.copyDirectory(new File(example, it), new File(basedir, it), { it.name != "target" } as FileFilter)
}
// Every twelfth picture: too few of a class for the classifier, which is most of the time.
["src/main/dataset", "src/main/retention"].each { name ->
    File folder = new File(basedir, name)
    File metadata = new File(folder, "metadata.jsonl")
    def lines = metadata.readLines()
    def kept = (0..<lines.size()).step(12).collect { lines[it] }
    metadata.text = kept.join("\n") + "\n"
    def named = kept.collect { new JsonSlurper().parseText(it).file_name }
    folder.listFiles().findAll { it.name.endsWith(".png") && !(it.name in named) }*.delete()
}
return true
