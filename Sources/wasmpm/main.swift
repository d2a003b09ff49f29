import ArgumentParser
import PostMortem
print("wasmpm")
