"""What gemmi and Biopython see in structure files, as JSON by file name.

read_structures.py FILE... [--dssp FILE...]   of the latter Bio.PDB's DSSP gives the residues, by mkdssp
"""

import json
import sys
import warnings

import gemmi
from Bio import SeqIO
from Bio.PDB import MMCIFParser, PDBParser
from Bio.PDB.DSSP import DSSP
from Bio import BiopythonParserWarning
from Bio.PDB.PDBExceptions import PDBConstructionWarning

warnings.simplefilter("error", PDBConstructionWarning)
# Names of predictions are no identifiers of the Protein Data Bank, without which Biopython says this.
warnings.filterwarnings("ignore", "'HEADER' line not found", BiopythonParserWarning)


def by_gemmi(path):
    structure = gemmi.read_structure(path)
    structure.setup_entities()
    return {
        "name": structure.name,
        "models": len(structure),
        "chains": {
            chain.name: [f"{residue.name} {residue.seqid}" for residue in chain]
            for chain in structure[0]
        },
        "sequences": [
            list(entity.full_sequence)
            for entity in structure.entities
            if entity.entity_type == gemmi.EntityType.Polymer
        ],
        "atoms": sum(model.count_atom_sites() for model in structure),
        "info": dict(structure.info),
    }


def by_biopython(path):
    parser = (MMCIFParser if path.endswith("cif") else PDBParser)(QUIET=False)
    structure = parser.get_structure("x", path)
    return {
        "models": len(structure),
        "chains": {
            chain.id: [f"{residue.resname.strip()} {residue.id[1]}{residue.id[2].strip()}" for residue in chain]
            for chain in structure[0]
        },
        # Of alternate locations and residues Biopython counts the chosen ones alone; unpacked it counts all.
        "atoms": sum(len(residue.get_unpacked_list()) for residue in structure.get_residues()),
        "compound": structure.header.get("compound", {}) if path.endswith("pdb") else {},
        "head": structure.header.get("head", ""),
        "date": structure.header.get("deposition_date", ""),
    }


def sequences(path, kind):
    formats = ("cif-" if path.endswith("cif") else "pdb-") + kind
    return {record.annotations["chain"]: str(record.seq) for record in SeqIO.parse(path, formats)}


def by_dssp(path):
    parser = (MMCIFParser if path.endswith("cif") else PDBParser)()
    keys = DSSP(parser.get_structure("x", path)[0], path, dssp="mkdssp").keys()
    return [f"{chain} {number}{code.strip()}" for chain, (_, number, code) in keys]


words = sys.argv[1:]
split = words.index("--dssp") if "--dssp" in words else len(words)
readings = {
    path: {
        "gemmi": by_gemmi(path),
        "biopython": by_biopython(path),
        "seqres": sequences(path, "seqres"),
        "atom": sequences(path, "atom"),
    }
    for path in words[:split]
}
for path in words[split + 1 :]:
    readings[path]["dssp"] = by_dssp(path)
print(json.dumps(readings))
